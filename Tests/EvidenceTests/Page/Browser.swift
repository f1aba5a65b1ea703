import Foundation
import Testing

/// A Chromium without a window, where there is one.
enum Browser {
    static let file: URL? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .flatMap { folder in
            ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].map {
                URL(filePath: String(folder)).appending(component: $0)
            }
        }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }

    /// Opens a page from a file, lets it come to rest, and returns its elements as they then are.
    static func dom(of html: String, _ options: [String] = []) throws -> Rendered {
        let folder = FileManager.default.temporaryDirectory.appending(component: "daybook-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let page = folder.appending(component: "evidence.html")
        try Data(html.utf8).write(to: page)
        let process = Process()
        let out = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // A browser that hangs would hang the tests: after two minutes it is ended, and there is no DOM.
        process.arguments =
            [
                "timeout", "120", try #require(file).path, "--headless", "--no-sandbox", "--disable-gpu",
                "--no-first-run",
            ]
            + ["--user-data-dir=\(folder.appending(component: "profile").path)", "--virtual-time-budget=60000"]
            + options + ["--dump-dom", page.absoluteString]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = out
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: printed, as: UTF8.self)
        try #require(text.contains("</html>"), "the browser gave no page: status \(process.terminationStatus)")
        return Rendered(dom: text)
    }
}

/// A page as the browser had it in the end.
struct Rendered {
    let dom: String

    /// The results of the steps by their ids, in order.
    var steps: [(id: String, result: String)] {
        dom.matches(of: /<li data-step="([a-z]+)" data-result="([a-z]+)">/).map { (String($0.1), String($0.2)) }
    }

    func result(_ id: String) -> String? { steps.first { $0.id == id }?.result }

    /// The reasons given with steps, as they stand in the DOM.
    var reasons: [String] { dom.matches(of: /<p class="reason">([^<]*)<\/p>/).map { String($0.1) } }

    /// The sentence that sums the steps up.
    var verdict: (result: String, words: String)? {
        dom.firstMatch(of: /<p id="verdict"[^>]*?(?:data-result="([a-z]*)")?>([^<]*)/)
            .map { (String($0.1 ?? ""), String($0.2)) }
    }

    /// How often an element of this name was made.
    func count(of element: String) -> Int { dom.components(separatedBy: "<\(element)").count - 1 }

    /// The text of the element with this id, which a test's own script filled.
    func text(of id: String) -> String? {
        dom.firstRange(of: "<pre id=\"\(id)\">").flatMap { start in
            dom[start.upperBound...].firstRange(of: "</pre>").map { String(dom[start.upperBound..<$0.lowerBound]) }
        }
    }
}
