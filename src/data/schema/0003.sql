-- Groups and rooms: their settings, who may come in, and what of the past is whose.
ALTER TABLE conversation ADD COLUMN title_key TEXT NOT NULL DEFAULT '';  -- NFKC casefold, to find it by
ALTER TABLE conversation ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN color INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN access INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN history INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN archived_at INTEGER;
ALTER TABLE conversation ADD COLUMN created_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN version INTEGER NOT NULL DEFAULT 0;  -- log id of the last change to these
-- Log id at which it was deleted. The row stays, so that whoever catches up hears of it.
ALTER TABLE conversation ADD COLUMN closed_id INTEGER;
-- What anyone may find: open rooms that are neither archived nor deleted.
CREATE INDEX conversation_open ON conversation(title_key, id)
  WHERE access = 1 AND archived_at IS NULL AND closed_id IS NULL;

-- The newest message when they came. With NULL in silenced_until they may write.
ALTER TABLE member ADD COLUMN joined_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN silenced_until INTEGER;

-- The messages of a span: from_seq < seq <= to_seq. Where a membership is older than this step they
-- are found by the ids, once.
ALTER TABLE member_span ADD COLUMN from_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member_span ADD COLUMN to_seq INTEGER;
UPDATE member_span SET from_seq = coalesce(
  (SELECT m.seq FROM message_info m INDEXED BY message_conversation
    WHERE m.conversation_id = member_span.conversation_id AND m.id < member_span.from_id
    ORDER BY m.id DESC LIMIT 1), 0);
UPDATE member_span SET to_seq = coalesce(
  (SELECT m.seq FROM message_info m INDEXED BY message_conversation
    WHERE m.conversation_id = member_span.conversation_id AND m.id < member_span.to_id
    ORDER BY m.id DESC LIMIT 1), 0) WHERE to_id IS NOT NULL;
UPDATE member SET joined_seq = coalesce(
  (SELECT s.from_seq FROM member_span s
    WHERE s.user_id = member.user_id AND s.conversation_id = member.conversation_id
      AND s.from_id = member.joined_id), 0);
UPDATE member SET read_seq = joined_seq WHERE read_seq < joined_seq;

CREATE TABLE ban(
  conversation_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  by_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(conversation_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE invite(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id INTEGER NOT NULL,
  code_hash BLOB NOT NULL UNIQUE,     -- SHA-256; the code itself is nowhere
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  max_uses INTEGER,
  uses INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX invite_conversation ON invite(conversation_id);

-- Who came by which: one person uses an invitation once.
CREATE TABLE invite_use(
  invite_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  PRIMARY KEY(invite_id, user_id)
) STRICT, WITHOUT ROWID;

-- Deleted conversations of which messages are still to be removed, a portion at a time.
CREATE TABLE removal(
  conversation_id INTEGER PRIMARY KEY
) STRICT;
