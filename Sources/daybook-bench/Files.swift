import Foundation

/// Files and folders, with errors that name them.
enum Files {
    static func makeFolder(_ path: String) throws {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw BenchError("\(path): the folder cannot be made")
        }
    }

    static func copy(_ path: String, to copy: String) throws {
        do { try FileManager.default.copyItem(atPath: path, toPath: copy) } catch {
            throw BenchError("\(copy): \(path) cannot be copied there")
        }
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

/// The folder in which everything is made.
struct BenchFolder {
    let path: String
    private let isKept: Bool

    /// The folder that was named, which is kept and must be empty; else a new one, which is removed at the end.
    init(named: String?) throws {
        isKept = named != nil
        // Not the folder for temporary files, which is often in memory: nothing is durable there.
        let parent = access("/var/tmp", W_OK) == 0 ? "/var/tmp" : NSTemporaryDirectory()
        path = named.map { URL(filePath: $0).path } ?? "\(parent)/daybook-bench-\(getpid())"
        guard !BenchFolder.isInMemory(path) else {
            throw BenchError("\(path) is in memory, where nothing is durable; name a folder on a disk with --folder")
        }
        try Files.makeFolder(path)
        guard (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty ?? false else {
            throw BenchError("\(path) is not an empty folder, and nothing is written over")
        }
    }

    /// Removes it, unless it was named.
    func remove() {
        if !isKept { Files.remove(path) }
    }

    private static func isInMemory(_ path: String) -> Bool {
        let mounts = (try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? ""
        let real = URL(filePath: path).resolvingSymlinksInPath().path + "/"
        let places = mounts.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 2 }
        let place = places.filter { real.hasPrefix($0[1] == "/" ? "/" : $0[1] + "/") }.max { $0[1].count < $1[1].count }
        return place.map { ["tmpfs", "ramfs"].contains($0[2]) } ?? false
    }
}
