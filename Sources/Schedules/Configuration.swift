public import Bookings

/// What `daybook.yaml` says of a practice's set-up.
///
///     ledger: daybook.sqlite
///     keys: daybook-keys
///     sources:
///       - id: crm
///         feed: events                    # events | snapshots | both | none
///         zone: Europe/London
///         zones: { Dr Weiss: Europe/Berlin }   # of practitioners who work in another zone
///         status: { Confirmed: booked, DNA: noshow }
///         coverage: { from: today, to: +90d, takenAt: mtime, complete: yes, cancelled: kept, practitioners: [D7] }
///         schedule: { format: csv, path: export.csv, delimiter: ";", map: { booking: Ref, start: [Date, Time] },
///                     dates: dd/MM/yyyy, encoding: windows-1252 }
///         # or, in the place of path:
///         # url: https://crm.example/export.csv, with tokenFile: token or userFile: user (name:password)
///         # exec: [psql, --csv, -c, "SELECT …"]
///         # format: sqlite, path: app.sqlite3, query: SELECT …
///         # format: caldav, url: https://dav.example/jane/work/
///         # format: fhir, url: "https://fhir.example/Appointment?date=ge{from}&date=lt{to}"
///         # each of these with timeout: 60s and maxBytes: 268435456
///       - id: hall                        # another system, whose export is known, and needs two things more
///         schedule: { preset: openemr, path: appointments.csv, constants: { location: surgery-1 } }
///       - id: paper                       # an export without ids: they are made of what does not change
///         schedule: { path: day-list.csv, identity: [client.id, practitioner, start] }
///     thresholds: { skew: 120s, late: 24h, stale: 36h, heldOutside: 2d, massRows: 5, massPercent: 10 }
///     nightly: { fullVerify: 7, at: "03:00", states: 1, missed: 36h }
///     anchors:
///       - { folder: /mnt/usb/checkpoints }
///       - { file: /mnt/usb/newest }
///       - { email: accountant@example.org, sendmail: /usr/sbin/sendmail }
///       - { put: https://example.org/checkpoint, tokenFile: token, timeout: 30s }
///       - { command: [/usr/local/bin/keep, --label, daybook] }
///     stamps: [ { url: https://tsa.example.org/, roots: tsa.pem, timeout: 30s } ]
///     reports:
///       html: reports/{date}.html
///       json: reports/{date}.json
///       csv: reports/{date}.csv
///       keep: 400d
///     alerts:
///       - { email: manager@example.org, sendmail: /usr/sbin/sendmail, when: always, personal: no }
///       - { email: ana@example.org, smtp: smtps://mail.example.org, userFile: smtp-user, from: daybook@example.org }
///       - { webhook: https://example.org/hook, secretFile: hook-secret, when: new }
///       - { command: [/usr/local/bin/tell, --loud], when: findings }
///     ping: { url: https://hc.example.org/0b7c }
///     metrics: { textfile: /var/lib/node_exporter/daybook.prom }
///
/// Every member may be left out, but for a source's `id` and the place of a schedule. Relative paths are relative to the
/// configuration's folder. `format` is csv, ndjson, ical or fhir; `preset` one of ``Preset``'s names, beside which other
/// keys count more. An id that is made is another where one of its parts changes: a booking that moves is then missing under
/// its old id and there under a new one, which is told as AR111, likely. Words stay words: a practitioner called `No` is not
/// false. YAML's aliases are refused.
public struct Configuration: Sendable, Equatable {
    /// The path of the ledger.
    public var ledger: String?
    /// The folder of the keys.
    public var keys: String?
    /// The booking systems, in the order of the file; no id stands twice.
    public var sources: [Source] = []
    /// From when on a difference counts.
    public var thresholds = Thresholds()
    /// How the nights are.
    public var nightly = Nightly()
    /// The places outside the ledger's reach to which checkpoints go.
    public var anchors: [Anchor] = []
    /// The authorities that are asked for time-stamps.
    public var stamps: [StampAuthority] = []
    /// Who is told of a night.
    public var alerts: [Alert] = []
    /// The files in which a night's report is written.
    public var reports = Reports()
    /// The check that is told that a night began, and how it ended.
    public var ping: Ping?
    /// The file in which a night's numbers are left for Prometheus.
    public var metrics: String?

    /// A configuration that says nothing.
    public init() {}

    /// The source with this id.
    public func source(_ id: Identifier) -> Source? { sources.first { $0.id == id } }

    /// One booking system.
    public struct Source: Sendable, Equatable {
        /// Its id, as entries name it.
        public var id: Identifier
        /// What it gives.
        public var feed: Feed = .events
        /// The zone of times that are written without one.
        public var zone: String?
        /// The zones of those practitioners who work in another one.
        public var zones: [String: String] = [:]
        /// Its words for statuses.
        public var status: [String: Appointment.Status] = [:]
        /// What its schedule covers.
        public var coverage = DeclaredCoverage()
        /// Where its schedule is, and how it is read.
        public var schedule: ScheduleFile?

        /// A source of which no more than its id is known.
        public init(id: Identifier) {
            self.id = id
        }

        /// What reading its events and its schedule needs, with the zones of this system. The words of a preset are
        /// the source's too, where it does not say otherwise.
        public var rules: SourceRules {
            let words = (schedule?.layout.preset?.status ?? [:]).merging(status) { $1 }
            var rules = SourceRules(zone: zone, status: words, zones: .system)
            rules.practitionerZones = zones
            return rules
        }
    }

    /// What a source gives.
    public enum Feed: String, Sendable, CaseIterable {
        /// Its events as they happen; the schedule is only compared.
        case events
        /// Nothing but readings of its schedule, which are recorded.
        case snapshots
        /// Events, and readings that are recorded too.
        case both
        /// Nothing any more: it was read once, and no night waits for it.
        case none
    }

    /// Where a schedule is, and how it is read.
    public struct ScheduleFile: Sendable, Equatable {
        /// Where its bytes come from.
        public var origin: ScheduleOrigin
        /// How they are read.
        public var layout: ScheduleLayout

        /// A schedule from anywhere.
        public init(origin: ScheduleOrigin, layout: ScheduleLayout = ScheduleLayout()) {
            self.origin = origin
            self.layout = layout
        }

        /// A schedule in a file.
        public init(path: String, layout: ScheduleLayout = ScheduleLayout()) {
            self.init(origin: ScheduleOrigin(.file(path)), layout: layout)
        }

        /// The file, where it is in one.
        public var path: String? { origin.path }
    }

    /// One thing that is wrong in a configuration.
    public struct Mistake: Sendable, Equatable, CustomStringConvertible {
        /// The line, from 1; `nil` where the trouble has no place.
        public let line: Int?
        /// What is wrong, and what would be right.
        public let sentence: String

        /// "line 4: …".
        public var description: String { (line.map { "line \($0): " } ?? "") + sentence }
    }
}

/// Why a configuration cannot be used: all that is wrong with it, in the order of its lines.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The configuration's path.
    public let path: String
    /// What is wrong in it; empty where it could not be read.
    public let mistakes: [Configuration.Mistake]
    /// Why the file could not be read; `nil` where it was.
    public let failure: ScheduleError?

    /// A line for each mistake.
    public var description: String {
        failure?.description
            ?? mistakes.map { path + ($0.line == nil ? ": " : ", ") + $0.description }.joined(separator: "\n")
    }
}

extension Configuration {
    /// Reads a configuration, refusing it with all its mistakes where it has any.
    public static func read(path: String) throws(ConfigurationError) -> Configuration {
        let bytes: [UInt8]
        do throws(ScheduleError) {
            bytes = try ByteSource.contents(path: path)
        } catch {
            throw ConfigurationError(path: path, mistakes: [], failure: error)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let line = bytes.withUnsafeBufferPointer { CSVScanner.lineThatIsNotUTF8($0) }
            let mistake = Mistake(line: line.map { $0 + 1 }, sentence: "this is not UTF-8; save the file as UTF-8")
            throw ConfigurationError(path: path, mistakes: [mistake], failure: nil)
        }
        var reader = ConfigurationReader(folder: folder(of: path))
        let configuration = reader.read(text)
        guard reader.mistakes.isEmpty else {
            throw ConfigurationError(path: path, mistakes: reader.mistakes, failure: nil)
        }
        return configuration
    }

    /// What the text of a configuration in the folder `/set/up/` says.
    package static func reading(_ text: String) -> Configuration {
        var reader = ConfigurationReader(folder: "/set/up/")
        return reader.read(text)
    }

    /// All that is wrong with the text of a configuration, in the order of its lines.
    public static func mistakes(in text: String) -> [Mistake] {
        var reader = ConfigurationReader(folder: "")
        _ = reader.read(text)
        return reader.mistakes
    }

    /// The text before the last slash, with it; empty where there is none.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }
}
