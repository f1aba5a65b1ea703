import Bookings
import Yams

extension ConfigurationReader {
    /// The section that says where a source's schedule is, and how it is read.
    mutating func schedule(_ node: Node) -> Configuration.ScheduleFile? {
        let section = section(node, "a schedule", ScheduleSection.origin + ScheduleSection.layout)
        let layout = layout(section)
        return origin(section).map { Configuration.ScheduleFile(origin: $0, layout: layout) }
    }

    /// How the bytes are read, wherever they come from.
    private mutating func layout(_ section: Section) -> ScheduleLayout {
        var layout = word("preset", section, Preset.allCases)?.layout ?? ScheduleLayout()
        layout.format = format(section) ?? layout.format
        if let text = text("delimiter", section) {
            let byte = text.utf8.count == 1 ? text.utf8.first : nil
            if let byte, ScheduleLayout.delimiters.contains(byte) {
                layout.delimiter = byte
            } else {
                note(section["delimiter"], "\"delimiter\" must be \",\", \";\", \"\\t\" or \"|\"")
            }
        }
        if let text = text("dates", section) {
            layout.dates = DatePattern(text)
            if layout.dates == nil {
                note(
                    section["dates"],
                    "\"dates\" must be written dd.MM.yyyy, MM/dd/yyyy or yyyy-MM-dd, with . / - or a space"
                )
            }
        }
        layout.encoding = word("encoding", section, ScheduleLayout.Encoding.allCases) ?? .utf8
        for (word, node) in entries("map", section) {
            if !ScheduleLayout.words.contains(word) {
                note(
                    node,
                    "\"\(word)\" is none of the words that columns map to: "
                        + ScheduleLayout.words.joined(separator: ", ")
                )
            }
            let columns = node.sequence.map(Array.init) ?? [node]
            layout.columns[word] = columns.compactMap { text(of: $0, "a column") }
            if columns.isEmpty || columns.count > ScheduleLayout.mostJoined {
                note(
                    node, "\"\(word)\" must be mapped to one column, or a list of at most \(ScheduleLayout.mostJoined)")
            }
        }
        addMakings(section, to: &layout)
        return layout
    }

    /// What rows are given that the file does not have.
    private mutating func addMakings(_ section: Section, to layout: inout ScheduleLayout) {
        for (word, node) in entries("constants", section) {
            if !ScheduleLayout.constantWords.contains(word) {
                note(
                    node,
                    "\"\(word)\" is none of the words that can be constant: "
                        + ScheduleLayout.constantWords.joined(separator: ", "))
            }
            layout.constants[word] = text(of: node, "a constant")
            if word == "zone", let zone = layout.constants[word], !ZoneRules.system.knows(zone) {
                note(node, ZoneRules.unknown(zone))
            }
        }
        guard let node = section["identity"] else { return }
        layout.identity = list("identity", section).compactMap { text(of: $0, "a word") }
        if layout.identity.isEmpty || Set(layout.identity).count != layout.identity.count {
            note(node, "\"identity\" must be a list of words, each once, as [client.id, practitioner, start]")
        }
        for word in layout.identity where !ScheduleLayout.identityWords.contains(word) {
            note(
                node,
                "\"\(word)\" is none of the words that an id is made of: "
                    + ScheduleLayout.identityWords.joined(separator: ", "))
        }
        if section["map"]?.mapping?["booking"] != nil {
            note(node, "\"identity\" is for an export without ids, and \"booking\" is mapped to a column")
        }
    }
}

/// The keys of the section.
enum ScheduleSection {
    static let origin = ["path", "url", "exec", "query", "tokenFile", "userFile", "timeout", "maxBytes"]
    static let layout = [
        "preset", "format", "delimiter", "map", "dates", "encoding", "constants", "identity",
    ]
}
