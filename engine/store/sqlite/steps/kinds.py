"""What estimates by kinds of characters need: the queue's sums of them, and what was learned. Literal text that never
changes.

    waiting_blocks   sums of kinds beside those of characters; texts of which no kinds are known add nothing to them
    token_rules      a row a model: the weights of the rule, and how certain they are: the normal equations (JSON)
    estimate_misses  a row a submission that ended, or a sample: its kinds, what the rule said, what it was
"""

from __future__ import annotations

KINDS: tuple[str, ...] = (
    "ALTER TABLE waiting_blocks ADD COLUMN latin INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN cyrillic INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN han INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN kana INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN digits INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN punctuation INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN spaces INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN others INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE waiting_blocks ADD COLUMN words INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE waiting_blocks SET latin = k.latin, cyrillic = k.cyrillic, han = k.han, kana = k.kana, digits = k.digits,
      punctuation = k.punctuation, spaces = k.spaces, others = k.others, words = k.words
    FROM (SELECT w.text_id / 1024 AS block, sum(t.latin) AS latin, sum(t.cyrillic) AS cyrillic, sum(t.han) AS han,
        sum(t.kana) AS kana, sum(t.digits) AS digits, sum(t.punctuation) AS punctuation, sum(t.spaces) AS spaces,
        sum(t.others) AS others, sum(t.words) AS words
      FROM waiting w CROSS JOIN texts t ON t.id = w.text_id WHERE t.latin IS NOT NULL GROUP BY 1) AS k
    WHERE k.block = waiting_blocks.block
    """,
    "DROP TRIGGER halfrate_block_grows",
    "DROP TRIGGER halfrate_block_shrinks",
    """
    CREATE TRIGGER halfrate_block_grows AFTER INSERT ON waiting BEGIN
      INSERT INTO waiting_blocks (block, texts, chunks, characters, latin, cyrillic, han, kana, digits, punctuation,
        spaces, others, words) SELECT NEW.text_id / 1024, 1, NEW.chunks, NEW.characters, coalesce(t.latin, 0),
        coalesce(t.cyrillic, 0), coalesce(t.han, 0), coalesce(t.kana, 0), coalesce(t.digits, 0),
        coalesce(t.punctuation, 0), coalesce(t.spaces, 0), coalesce(t.others, 0), coalesce(t.words, 0)
      FROM (SELECT 1) LEFT JOIN texts t ON t.id = NEW.text_id WHERE true
      ON CONFLICT (block) DO UPDATE SET texts = texts + 1, chunks = chunks + excluded.chunks,
        characters = characters + excluded.characters, latin = latin + excluded.latin,
        cyrillic = cyrillic + excluded.cyrillic, han = han + excluded.han, kana = kana + excluded.kana,
        digits = digits + excluded.digits, punctuation = punctuation + excluded.punctuation,
        spaces = spaces + excluded.spaces, others = others + excluded.others, words = words + excluded.words;
    END
    """,
    """
    CREATE TRIGGER halfrate_block_shrinks AFTER DELETE ON waiting BEGIN
      INSERT INTO waiting_blocks (block, texts, chunks, characters, latin, cyrillic, han, kana, digits, punctuation,
        spaces, others, words) SELECT OLD.text_id / 1024, -1, -OLD.chunks, -OLD.characters, -coalesce(t.latin, 0),
        -coalesce(t.cyrillic, 0), -coalesce(t.han, 0), -coalesce(t.kana, 0), -coalesce(t.digits, 0),
        -coalesce(t.punctuation, 0), -coalesce(t.spaces, 0), -coalesce(t.others, 0), -coalesce(t.words, 0)
      FROM (SELECT 1) LEFT JOIN texts t ON t.id = OLD.text_id WHERE true
      ON CONFLICT (block) DO UPDATE SET texts = texts - 1, chunks = chunks + excluded.chunks,
        characters = characters + excluded.characters, latin = latin + excluded.latin,
        cyrillic = cyrillic + excluded.cyrillic, han = han + excluded.han, kana = kana + excluded.kana,
        digits = digits + excluded.digits, punctuation = punctuation + excluded.punctuation,
        spaces = spaces + excluded.spaces, others = others + excluded.others, words = words + excluded.words;
    END
    """,
    """
    CREATE TRIGGER halfrate_kinds_counted AFTER UPDATE OF latin ON texts
    WHEN OLD.latin IS NULL AND NEW.latin IS NOT NULL
    BEGIN
      UPDATE waiting_blocks SET latin = latin + NEW.latin, cyrillic = cyrillic + NEW.cyrillic, han = han + NEW.han,
        kana = kana + NEW.kana, digits = digits + NEW.digits, punctuation = punctuation + NEW.punctuation,
        spaces = spaces + NEW.spaces, others = others + NEW.others, words = words + NEW.words
      WHERE block = NEW.id / 1024 AND EXISTS (SELECT 1 FROM waiting WHERE text_id = NEW.id);
    END
    """,
    """
    CREATE TABLE token_rules (model TEXT PRIMARY KEY, weights TEXT NOT NULL, certainty TEXT NOT NULL,
    characters REAL NOT NULL, tokens INTEGER NOT NULL,
    unknown REAL NOT NULL)
    """,
    """
    CREATE TABLE estimate_misses (id INTEGER PRIMARY KEY, model TEXT NOT NULL, submission_id INTEGER,
    latin INTEGER NOT NULL, cyrillic INTEGER NOT NULL, han INTEGER NOT NULL, kana INTEGER NOT NULL,
    digits INTEGER NOT NULL, punctuation INTEGER NOT NULL, spaces INTEGER NOT NULL, others INTEGER NOT NULL,
    words INTEGER NOT NULL, unknown INTEGER NOT NULL, predicted INTEGER NOT NULL, tokens INTEGER NOT NULL, spread REAL)
    """,
    "CREATE INDEX ix_estimate_misses_model ON estimate_misses (model, id)",
    "ALTER TABLE batch_jobs ADD COLUMN most_tokens INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_jobs ADD COLUMN promised_tokens INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE batch_jobs ADD COLUMN answered_tokens INTEGER NOT NULL DEFAULT 0",
)
