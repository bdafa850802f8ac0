-- Schema 1: accounts, relations, conversations, and the log that everything writes.
--
-- The log is two tables with one counter: a message is its own entry (message_info.id is its
-- position), every other change is a thin row in `event`. Times are milliseconds since 1970.

-- Where the log stands. Ids up to `floor` are no longer complete: a reader below it starts anew.
CREATE TABLE log_head(
  one INTEGER PRIMARY KEY CHECK(one = 1),
  id INTEGER NOT NULL,
  floor INTEGER NOT NULL
) STRICT;
INSERT INTO log_head(one, id, floor) VALUES(1, 0, 0);

-- A new epoch begins where ids that were given out may be given out again: after a restored backup.
CREATE TABLE epoch(
  number INTEGER PRIMARY KEY,
  start_id INTEGER NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
INSERT INTO epoch(number, start_id, started_at) VALUES(1, 0, unixepoch() * 1000);

-- AUTOINCREMENT here and below: an id that was removed never comes back as another's.
CREATE TABLE user_info(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,      -- NFKC casefold of the name
  display_name TEXT NOT NULL,
  display_key TEXT NOT NULL,          -- the same of the display name, to search by
  password_hash TEXT NOT NULL,        -- empty: no password signs in
  sex TEXT,
  age INTEGER,
  email TEXT,
  created_at INTEGER NOT NULL,
  last_seen INTEGER,
  version INTEGER NOT NULL DEFAULT 0,  -- log id of the last change to the profile
  direct_from INTEGER NOT NULL DEFAULT 0,
  requests_from INTEGER NOT NULL DEFAULT 0,
  receipts INTEGER NOT NULL DEFAULT 1,
  typing INTEGER NOT NULL DEFAULT 1,
  show_last_seen INTEGER NOT NULL DEFAULT 1,
  language TEXT NOT NULL DEFAULT '',
  theme TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX user_display ON user_info(display_key, name_key);

CREATE TABLE session(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash BLOB NOT NULL UNIQUE,    -- SHA-256; the token itself is nowhere
  user_id INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  agent TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX session_user ON session(user_id);
CREATE INDEX session_expiry ON session(expires_at);

-- How user_id stands to peer_id; the other side has a row of its own.
CREATE TABLE user_relation(
  user_id INTEGER NOT NULL,
  peer_id INTEGER NOT NULL,
  state INTEGER NOT NULL,
  changed_id INTEGER NOT NULL,
  PRIMARY KEY(user_id, peer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  title TEXT NOT NULL,
  last_seq INTEGER NOT NULL DEFAULT 0,
  last_event_id INTEGER NOT NULL DEFAULT 0,
  member_count INTEGER NOT NULL DEFAULT 0,
  user_low INTEGER,                   -- the two of a direct conversation, else NULL
  user_high INTEGER
) STRICT;
CREATE UNIQUE INDEX conversation_direct ON conversation(user_low, user_high)
  WHERE user_low IS NOT NULL;

CREATE TABLE member(
  conversation_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  role INTEGER NOT NULL,
  read_seq INTEGER NOT NULL DEFAULT 0,
  joined_id INTEGER NOT NULL,
  PRIMARY KEY(conversation_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_user ON member(user_id, conversation_id);

-- Which part of a conversation's stream is a user's, now and in the past. to_id NULL: to this day.
CREATE TABLE member_span(
  user_id INTEGER NOT NULL,
  conversation_id INTEGER NOT NULL,
  from_id INTEGER NOT NULL,
  to_id INTEGER,
  PRIMARY KEY(user_id, conversation_id, from_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE message_info(
  id INTEGER PRIMARY KEY,             -- its position in the log
  conversation_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,               -- dense within the conversation, from 1
  sender_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;
-- The rowid is the implicit second column: this is (conversation_id, id).
CREATE INDEX message_conversation ON message_info(conversation_id);

CREATE TABLE event(
  id INTEGER PRIMARY KEY,             -- its position in the log
  stream_id INTEGER NOT NULL,         -- a conversation's id, or minus a user's
  kind INTEGER NOT NULL,
  ref INTEGER NOT NULL,               -- what it is about: src/data/sqlite/log.cpp has the table
  actor_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  payload ANY
) STRICT;
CREATE INDEX event_stream ON event(stream_id);

-- What makes a send happen once. In the order of the log, so that the oldest are found and dropped
-- without an index of their own. The index below is written at its end where nonces are UUIDs of
-- version 7, else at random.
CREATE TABLE send_key(
  message_id INTEGER PRIMARY KEY,
  sender_id INTEGER NOT NULL,
  nonce BLOB NOT NULL,                -- a UUID of version 7; else 16 bytes of the nonce's SHA-256
  body_hash BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX send_key_nonce ON send_key(nonce, sender_id);

CREATE TABLE classic_position(
  user_id INTEGER PRIMARY KEY,
  event_id INTEGER NOT NULL
) STRICT;
