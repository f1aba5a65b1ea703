/// The tables of a ledger, as `schemas/ledger.sql` shows them (a test holds the two together).
///
/// `entry` and `node` are the ledger; `disclosure`, `delivery`, `dead_letter`, `presence` and `finding` hold what
/// cannot be computed again; the rest are projections, which can.
enum LedgerSchema {
    /// `DYBK`, in the header of the file.
    static let applicationID = 0x4459_424b
    /// The version of the tables.
    static let version = 1

    /// The tables that `verify --projections` builds again and compares.
    static let projections = """
        CREATE TABLE source (
            id INTEGER PRIMARY KEY,
            name BLOB NOT NULL UNIQUE,
            sequence INTEGER
        ) STRICT;

        CREATE TABLE booking (
            source INTEGER NOT NULL,
            booking BLOB NOT NULL,
            entries BLOB NOT NULL,
            state INTEGER,
            PRIMARY KEY (source, booking)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE term (
            term TEXT NOT NULL,
            source INTEGER NOT NULL,
            booking BLOB NOT NULL,
            PRIMARY KEY (term, source, booking)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE journal (
            position INTEGER PRIMARY KEY,
            type TEXT NOT NULL,
            source INTEGER
        ) STRICT;
        """

    static let tables = """
        CREATE TABLE entry (
            position INTEGER PRIMARY KEY,
            bytes BLOB NOT NULL,
            leaf BLOB NOT NULL CHECK (length(leaf) = 32)
        ) STRICT;

        CREATE TABLE node (
            level INTEGER NOT NULL,
            position INTEGER NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (level, position)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            origin TEXT NOT NULL,
            size INTEGER NOT NULL,
            last BLOB NOT NULL CHECK (length(last) = 32),
            frontier BLOB NOT NULL
        ) STRICT;

        CREATE TABLE tree_block (
            entry INTEGER NOT NULL,
            number INTEGER NOT NULL,
            source BLOB NOT NULL,
            booking BLOB NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32),
            PRIMARY KEY (entry, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY,
            note TEXT NOT NULL
        ) STRICT;

        CREATE TABLE outside (
            id INTEGER PRIMARY KEY,
            size INTEGER NOT NULL,
            at TEXT NOT NULL
        ) STRICT;

        CREATE TABLE disclosure (
            entry INTEGER NOT NULL,
            name TEXT NOT NULL,
            salt BLOB NOT NULL CHECK (length(salt) = 16),
            value TEXT NOT NULL,
            PRIMARY KEY (entry, name)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE delivery (
            source INTEGER NOT NULL,
            event BLOB NOT NULL,
            entry INTEGER NOT NULL,
            salt BLOB,
            digest BLOB,
            PRIMARY KEY (source, event, entry)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE dead_letter (
            id INTEGER PRIMARY KEY,
            entry INTEGER NOT NULL,
            place TEXT NOT NULL,
            reason TEXT NOT NULL,
            salt BLOB,
            original BLOB
        ) STRICT;

        CREATE TABLE presence (
            source INTEGER NOT NULL,
            booking BLOB NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER,
            PRIMARY KEY (source, booking, first)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE finding (
            id INTEGER PRIMARY KEY,
            source INTEGER NOT NULL,
            code TEXT NOT NULL,
            booking BLOB NOT NULL,
            detail TEXT NOT NULL,
            finding TEXT NOT NULL,
            first TEXT NOT NULL,
            last TEXT NOT NULL,
            resolved TEXT,
            acknowledged TEXT,
            UNIQUE (source, code, booking, detail)
        ) STRICT;

        CREATE TRIGGER entry_is_appended BEFORE INSERT ON entry
        WHEN NEW.position <> (SELECT ifnull(max(position) + 1, 0) FROM entry)
        BEGIN SELECT raise(ABORT, 'entries are appended, nowhere else'); END;

        CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
        BEGIN SELECT raise(ABORT, 'an entry is never changed'); END;

        CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
        BEGIN SELECT raise(ABORT, 'an entry is never deleted'); END;

        CREATE TRIGGER node_is_not_changed BEFORE UPDATE ON node
        BEGIN SELECT raise(ABORT, 'a node of the tree is never changed'); END;

        CREATE TRIGGER node_is_not_deleted BEFORE DELETE ON node
        BEGIN SELECT raise(ABORT, 'a node of the tree is never deleted'); END;
        """
}
