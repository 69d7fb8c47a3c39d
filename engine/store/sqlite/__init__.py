"""SQLite behind the seam: opening and upgrading files, the schema's steps, `Db` on a connection."""
