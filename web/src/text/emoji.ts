const PICTURE =
  /^(?:\p{RI}\p{RI}|[#*0-9]\uFE0F?\u20E3|\p{Emoji}(?=\uFE0F|\p{EMod}|\u200D)|\p{Emoji_Presentation})/u;

/** Whether a text is one to three emoji and nothing else: those are drawn large. */
export function isEmojiOnly(text: string): boolean {
  const trimmed = text.trim();
  // The longest emoji there are take some thirty code units.
  if (trimmed === '' || trimmed.length > 120) return false;
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  let count = 0;
  for (const { segment } of segmenter.segment(trimmed)) {
    if (segment === ' ') continue;
    if (!PICTURE.test(segment) || ++count > 3) return false;
  }
  return count > 0;
}
