import Bookings
import Foundation

/// Reads all pages of a search on a FHIR server: `GET [base]/Appointment?date=ge2026-01-01&_count=200` and whatever
/// its `next` links lead to.
///
/// Whoever calls it brings the means to ask for a page, with the token that the server wants. A `next` link is followed
/// only to the origin (scheme, host and port) of the first address, so that the token goes nowhere else.
public enum FHIRSearch {
    /// What a search came to.
    public struct Pages: Sendable, Equatable {
        /// The pages as they were received, a line feed between two: what ``Schedule/read(bytes:name:chunk:layout:rules:coverage:)``
        /// reads in the format `fhir`.
        public let bytes: [UInt8]
        /// How many pages they are.
        public let count: Int
        /// Why the pages do not show one state of the schedule; `nil` where nothing speaks against it. It belongs into
        /// the reading's ``Coverage/shortfall``.
        public let shortfall: String?
    }

    /// The most pages that are asked for; a search that has more is read so far, and its last page's `next` link says
    /// that it is not whole.
    static let mostPages = 10_000
    /// The most bytes of all pages together.
    static let mostBytes = 1 << 30

    /// Asks for the page at an address and for all that follow it. Linear in what they hold, and all in memory.
    ///
    /// A search of several pages is asked for its first page once more at the end: where its total or its ids are
    /// others by then, bookings moved from page to page meanwhile, and one may be on none of them. An answer that is
    /// no Bundle ends the search, and is left to the reader of the bytes.
    public static func pages(
        from address: String, fetch: (_ address: String) throws(ScheduleError) -> [UInt8]
    ) throws(ScheduleError) -> Pages {
        var bytes: [UInt8] = []
        var seen: Set<String> = []
        var first: Page?
        var next: String? = address
        while let page = next, seen.count < mostPages {
            guard seen.insert(page).inserted else {
                throw failure(page, "a next link leads to a page that was read before: the search has no end")
            }
            let answer = try fetch(page)
            guard bytes.count + answer.count < mostBytes else {
                throw failure(
                    address, "the pages are longer than \(mostBytes) bytes in all; ask for fewer days at once")
            }
            if !bytes.isEmpty { bytes.append(0x0a) }
            // A byte order mark belongs at the start of a text, and this one may come to lie in the middle.
            bytes.append(contentsOf: answer.starts(with: [0xef, 0xbb, 0xbf]) ? answer.dropFirst(3) : answer[...])
            guard let read = Page(answer) else { break }
            if first == nil { first = read }
            next = try read.next.map { (link) throws(ScheduleError) in try follow(link, from: page, origin: address) }
        }
        var shortfall: String?
        if seen.count > 1, let first { shortfall = drift(from: first, to: Page(try fetch(address))) }
        return Pages(bytes: bytes, count: seen.count, shortfall: shortfall)
    }

    /// What became of the first page while the others were read.
    private static func drift(from first: Page, to again: Page?) -> String? {
        guard let again else { return "the search's first page could not be read a second time" }
        if let before = first.total, let after = again.total, before != after {
            return "the search had \(before) resources when its first page was read, and \(after) when its last one was"
        }
        guard first.ids != again.ids else { return nil }
        return "the search's first page held other bookings once its last one had been read, so that one may have "
            + "moved past the pages"
    }

    /// The address of a next page.
    private static func follow(_ link: String, from page: String, origin: String) throws(ScheduleError) -> String {
        guard let base = URL(string: page), let url = URL(string: link, relativeTo: base)?.absoluteURL else {
            throw failure(page, "its next link is no address")
        }
        guard let wanted = FHIRSearch.origin(URL(string: origin)), FHIRSearch.origin(url) == wanted else {
            throw failure(
                page,
                "its next link leads to another server, to which the token is not sent; is the server's own base "
                    + "address configured right?")
        }
        return url.absoluteString
    }

    /// Scheme, host and port; `nil` for what has no host, or names a user.
    private static func origin(_ url: URL?) -> String? {
        guard let url, let scheme = url.scheme?.lowercased(), let host = url.host?.lowercased(), url.user == nil,
            url.password == nil
        else { return nil }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        return "\(scheme)://\(host):\(port)"
    }

    /// An error about an address, without its query: a client's id may stand in it.
    private static func failure(_ address: String, _ reason: String) -> ScheduleError {
        .badFile(path: String(address.prefix { $0 != "?" }), line: nil, column: nil, reason: reason)
    }

    /// What paging needs to know of a page.
    private struct Page {
        var next: String?
        var total: Int?
        var ids: Set<Identifier> = []

        /// `nil` for an answer that is no Bundle.
        init?(_ answer: [UInt8]) {
            let page = answer.withUnsafeBufferPointer { bytes -> Page? in
                let mark = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
                let start = bytes[mark...].firstIndex { !JSONParts.isSpace($0) } ?? mark
                let end = bytes.lastIndex { !JSONParts.isSpace($0) } ?? start - 1
                guard let bundle = FHIRResource(bytes, at: start..<(end + 1)), bundle.isBundle else { return nil }
                var page = Page()
                page.next = bundle.link("next")
                page.total = bundle.total
                let isList = bundle.entries { _, entry in
                    let id = entry?.resource.flatMap { JSONParts(bytes: bytes).headings(["id"], of: $0)?["id"] }
                    if let id = id.flatMap({ FHIRResource.value(in: bytes, at: $0)?.string }) {
                        page.ids.insert(Identifier(id))
                    }
                }
                return isList ? page : nil
            }
            guard let page else { return nil }
            self = page
        }

        private init() {}
    }
}
