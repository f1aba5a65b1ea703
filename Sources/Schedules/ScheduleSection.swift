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
        var layout = ScheduleLayout()
        layout.format = format(section)
        if let text = text("delimiter", section) {
            let byte = text.utf8.count == 1 ? text.utf8.first : nil
            if let byte, ScheduleLayout.delimiters.contains(byte) {
                layout.delimiter = byte
            } else {
                note(section["delimiter"], "\"delimiter\" is \",\", \";\", \"\\t\" or \"|\"")
            }
        }
        if let text = text("dates", section) {
            layout.dates = DatePattern(text)
            if layout.dates == nil {
                note(
                    section["dates"], "\"dates\" is written dd.MM.yyyy, MM/dd/yyyy or yyyy-MM-dd, with . / - or a space"
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
                note(node, "\"\(word)\" is mapped to one column, or a list of at most \(ScheduleLayout.mostJoined)")
            }
        }
        return layout
    }
}

/// The keys of the section.
private enum ScheduleSection {
    static let origin = ["path", "url", "exec", "query", "tokenFile", "userFile", "timeout", "maxBytes"]
    static let layout = ["format", "delimiter", "map", "dates", "encoding"]
}
