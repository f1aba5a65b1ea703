public import Foundation

/// Files of this checkout that tests read.
public enum Fixtures {
    /// The top folder of the checkout.
    public static let checkout = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file under `Tests/Vectors`: see its README for where each comes from and its licence.
    public static func vectors<Shape: Decodable>(_ name: String, as shape: Shape.Type) throws -> Shape {
        let file = checkout.appending(components: "Tests", "Vectors", name)
        return try JSONDecoder().decode(shape, from: Data(contentsOf: file))
    }
}
