-- Search: which words stand in which message.

-- What is indexed of a message: its text, and where it stands. The words of `place` begin with a
-- character of private use (U+F8F0), so that they are not among those that people begin to write.
CREATE VIEW message_words(id, body, place) AS
  SELECT id, body, iif(body = '', '',
    char(63728) || 'c' || conversation_id || ' ' || char(63728) || 'u' || sender_id
    || iif(body LIKE '%http://_%' OR body LIKE '%https://_%', ' ' || char(63728) || 'link', '')
    || iif(body LIKE '%`_%`%', ' ' || char(63728) || 'code', ''))
  FROM message_info;

-- The index holds words and no texts. Its tokenizer is ours (src/data/sqlite/tokenizer.h): whoever
-- opens the database without it cannot write here.
CREATE VIRTUAL TABLE message_index USING fts5(
  body, place, content='message_words', content_rowid='id', columnsize=0, tokenize='words');
INSERT INTO message_index(message_index, rank) VALUES('usermerge', 2);
CREATE VIRTUAL TABLE message_term USING fts5vocab('message_index', 'instance');

-- Messages up to indexed_id are in the index; it follows in steps of its own. stale: how many were
-- taken out or changed since the pages that held them were last written anew, at merged_at.
CREATE TABLE search_head(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  indexed_id INTEGER NOT NULL,
  stale INTEGER NOT NULL,
  merged_at INTEGER NOT NULL
) STRICT;
INSERT INTO search_head(one, indexed_id, stale, merged_at) VALUES(1, 0, 0, 0);

-- Whatever changes or removes a message takes its words along, in the same transaction. The index
-- must be told the old text, so that goes first.
CREATE TRIGGER message_reworded BEFORE UPDATE OF body ON message_info
  WHEN old.id <= (SELECT indexed_id FROM search_head)
BEGIN
  INSERT INTO message_index(message_index, rowid, body, place)
    SELECT 'delete', id, body, place FROM message_words WHERE id = old.id;
  UPDATE search_head SET stale = stale + 1;
END;
CREATE TRIGGER message_words_new AFTER UPDATE OF body ON message_info
  WHEN new.id <= (SELECT indexed_id FROM search_head)
BEGIN
  INSERT INTO message_index(rowid, body, place)
    SELECT id, body, place FROM message_words WHERE id = new.id;
END;
CREATE TRIGGER message_removed BEFORE DELETE ON message_info
  WHEN old.id <= (SELECT indexed_id FROM search_head)
BEGIN
  INSERT INTO message_index(message_index, rowid, body, place)
    SELECT 'delete', id, body, place FROM message_words WHERE id = old.id;
  UPDATE search_head SET stale = stale + 1;
END;
