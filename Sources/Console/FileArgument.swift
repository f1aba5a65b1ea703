import ArgumentParser
import Foundation
package import Transparency

/// Files that a person names and that are read whole, within a bound.
package enum FileArgument {
    /// The bytes of a file; refused where it has more than `most`.
    package static func read(_ path: String, most: Int) throws -> [UInt8] {
        guard let data = CheckpointFile.start(of: path, count: most + 1) else {
            throw Terminal.fail("\(path): there is no such file, or it may not be read", 66)
        }
        guard data.count <= most else { throw Terminal.fail("\(path): this is longer than \(most) bytes", 65) }
        return Array(data)
    }

    /// The roots of time-stamp authorities in a PEM file.
    package static func roots(_ path: String) throws -> TimestampRoots {
        let pem = try read(path, most: TimestampRoots.largest)
        guard let roots = try? TimestampRoots(pem: pem) else {
            throw Terminal.fail(
                "\(path): this has no certificates in PEM, or a damaged one; give the authority's root certificate", 65)
        }
        return roots
    }
}
