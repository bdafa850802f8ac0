-- How a user's friends see them: 0 as it is, 1 busy, 2 not at all.
ALTER TABLE user_info ADD COLUMN presence INTEGER NOT NULL DEFAULT 0;
