import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A server's `multistatus` (RFC 4918), as far as a calendar query needs it.
package struct CalDAVAnswer: Equatable {
    /// A calendar object as far as it was given.
    package struct Object: Equatable {
        package var etag: String?
        package var data: String?
    }

    /// What was named, by its address.
    package fileprivate(set) var objects: [String: Object] = [:]
    /// How many times the server says that it leaves something out, as with status 507.
    package fileprivate(set) var failures = 0
    /// True where a resource says that it is a calendar.
    package fileprivate(set) var isCalendar = false

    /// Reads an answer; `nil` for what is none. A document type, and so every entity of its own, is refused, as is an
    /// instruction to a program, and every encoding in which they could not be seen.
    package init?(xml: [UInt8]) {
        guard let xml = CalDAVAnswer.plain(xml) else { return nil }
        let parser = XMLParser(data: Data(xml))
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        let reader = MultistatusReader()
        parser.delegate = reader
        guard parser.parse(), reader.isWhole else { return nil }
        self = reader.answer
    }

    fileprivate init() {}

    /// The document behind its declaration; `nil` for what is not UTF-8, or has a document type or instructions:
    /// Foundation's parser follows the one, and traps at some of the others.
    private static func plain(_ xml: [UInt8]) -> ArraySlice<UInt8>? {
        guard String(validating: xml, as: UTF8.self) != nil, !xml.contains(0) else { return nil }
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        var document = xml.starts(with: mark) ? xml.dropFirst(mark.count) : xml[...]
        if document.starts(with: Array("<?xml ".utf8)) {
            guard let end = document.firstRange(of: Array("?>".utf8)),
                isKnown(encoding: String(decoding: document[..<end.lowerBound].prefix(400), as: UTF8.self))
            else { return nil }
            document = document[end.upperBound...]
        }
        var rest = document
        while let place = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[place...]
            // What stands between these is text.
            let sections = [("<!--", "-->"), ("<![CDATA[", "]]>")].first { rest.starts(with: Array($0.0.utf8)) }
            if let (start, end) = sections {
                guard let closed = rest.dropFirst(start.utf8.count).firstRange(of: Array(end.utf8)) else { return nil }
                rest = rest[closed.upperBound...]
            } else if rest.starts(with: Array("<!".utf8)) || rest.starts(with: Array("<?".utf8)) {
                return nil
            } else {
                rest = rest.dropFirst()
            }
        }
        return document
    }

    private static func isKnown(encoding declaration: String) -> Bool {
        guard let mark = declaration.firstRange(of: "encoding") else { return true }
        let named = declaration[mark.upperBound...].drop { " \t\r\n=\"'".contains($0) }
            .prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
        return encodings.contains(named.lowercased())
    }

    private static let encodings: Set<String> = ["utf-8", "utf8", "us-ascii", "ascii"]
}

/// Follows the elements of one answer; it belongs to the parser that calls it, and to one call of `parse`.
private final class MultistatusReader: NSObject, XMLParserDelegate {
    var answer = CalDAVAnswer()
    private var isMultistatus = false
    private var hasEnded = false
    private var path: [String] = []
    private var text = ""
    // Of the response that is being read, and of its part with one status.
    private var href: String?
    private var object = CalDAVAnswer.Object()
    private var status: Int?
    private var part = CalDAVAnswer.Object()
    private var partStatus: Int?
    private var partIsCalendar = false

    /// True where the root element is the right one, and was read to its end: the parser itself does not complain of a
    /// document that is cut off.
    var isWhole: Bool { isMultistatus && hasEnded }

    private static let dav = "DAV:"
    private static let caldav = "urn:ietf:params:xml:ns:caldav"

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI space: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        let name = MultistatusReader.full(name, space)
        if path.isEmpty { isMultistatus = name == "D:multistatus" }
        path.append(name)
        text = ""
        switch name {
        case "D:response": (href, object, status) = (nil, CalDAVAnswer.Object(), nil)
        case "D:propstat": (part, partStatus, partIsCalendar) = (CalDAVAnswer.Object(), nil, false)
        case "C:calendar" where path.contains("D:resourcetype"): partIsCalendar = true
        default: break
        }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, foundCDATA block: Data) { text += String(decoding: block, as: UTF8.self) }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI space: String?, qualifiedName: String?
    ) {
        let name = MultistatusReader.full(name, space)
        let above = path.dropLast().last
        switch (name, above) {
        case ("D:href", "D:response"): href = text.trimmingCharacters(in: .whitespacesAndNewlines)
        case ("D:status", "D:response"): status = MultistatusReader.code(text)
        case ("D:status", "D:propstat"): partStatus = MultistatusReader.code(text)
        case ("D:getetag", "D:prop"): part.etag = text.trimmingCharacters(in: .whitespacesAndNewlines)
        case ("C:calendar-data", "D:prop"): part.data = text
        case ("D:propstat", _): endPart()
        case ("D:response", _): endResponse()
        default: break
        }
        path.removeLast()
        hasEnded = path.isEmpty
        text = ""
    }

    private func endPart() {
        guard partStatus == 200 else { return }
        object.etag = part.etag ?? object.etag
        object.data = part.data ?? object.data
        answer.isCalendar = answer.isCalendar || partIsCalendar
    }

    private func endResponse() {
        // Of a response with a status of its own, nothing else is said: 507 is of the query, 404 of what was just removed.
        if let status, status != 200 {
            if status != 404 { answer.failures += 1 }
        } else if let href, !href.isEmpty {
            answer.objects[href] = object
        }
    }

    private static func full(_ name: String, _ space: String?) -> String {
        let local = name.split(separator: ":").last.map(String.init) ?? name
        switch space {
        case dav: return "D:" + local
        case caldav: return "C:" + local
        default: return "?:" + local
        }
    }

    /// The status in a line like `HTTP/1.1 200 OK`.
    private static func code(_ line: String) -> Int? {
        line.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
