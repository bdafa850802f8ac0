-- What can be done with messages, and marks of one's own. A plain message is still one row.

-- Which of the rows below a message has: 1 deleted, 2 edited, 4 a reply, 8 forwarded, 16 names
-- people, 32 names everybody, 64 has had reactions, 128 pinned. Of the deleted, 1 alone.
ALTER TABLE message_info ADD COLUMN flags INTEGER NOT NULL DEFAULT 0;
-- Log id of the last edit or deletion.
ALTER TABLE message_info ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

CREATE TABLE message_part(
  message_id INTEGER PRIMARY KEY,
  reply_id INTEGER,                   -- what it answers: the id and the seq
  reply_seq INTEGER,
  origin_id INTEGER,                  -- whose text it repeats, their name and where, as it then was
  origin_name TEXT,
  origin_kind INTEGER,
  edited_at INTEGER,
  reaction_version INTEGER NOT NULL DEFAULT 0,  -- log id of the last change of a reaction
  deleted_at INTEGER,
  deleted_by INTEGER
) STRICT;

-- What messages said before they were edited.
CREATE TABLE message_edit(
  message_id INTEGER NOT NULL,
  version INTEGER NOT NULL,           -- log id of the edit that replaced it
  at INTEGER NOT NULL,                -- when it was written
  body TEXT NOT NULL,
  PRIMARY KEY(message_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE reaction(
  message_id INTEGER NOT NULL,
  emoji TEXT NOT NULL,
  user_id INTEGER NOT NULL,
  PRIMARY KEY(message_id, emoji, user_id)
) STRICT, WITHOUT ROWID;
-- How many there are, so that no page counts them. since: log id of the first, to list them by.
CREATE TABLE reaction_count(
  message_id INTEGER NOT NULL,
  emoji TEXT NOT NULL,
  since INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY(message_id, emoji)
) STRICT, WITHOUT ROWID;

CREATE TABLE pin(
  id INTEGER PRIMARY KEY,             -- log id of the pinning
  conversation_id INTEGER NOT NULL,
  message_id INTEGER NOT NULL UNIQUE,
  user_id INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX pin_conversation ON pin(conversation_id);

CREATE TABLE mention(
  user_id INTEGER NOT NULL,
  id INTEGER NOT NULL,                -- log id of the message, or of the edit that added the name
  message_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY(user_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_message ON mention(message_id);
CREATE INDEX mention_unread ON mention(user_id, conversation_id, seq);

-- Rows of messages that are no more stay: their owner sees that something was there.
CREATE TABLE saved(
  user_id INTEGER NOT NULL,
  id INTEGER NOT NULL,                -- log id of the saving
  message_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY(user_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX saved_message ON saved(user_id, message_id);

-- How a conversation stands with one of its members alone. It goes with the membership.
CREATE TABLE mine(
  conversation_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  level INTEGER NOT NULL,
  muted_until INTEGER,
  top INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY(conversation_id, user_id)
) STRICT, WITHOUT ROWID;
