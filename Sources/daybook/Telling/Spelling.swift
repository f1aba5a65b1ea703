extension String {
    /// The text with some scalars written otherwise, where a format gives them a meaning. It goes by scalars: a quotation
    /// mark with an accent over it is another `Character`, and still ends a quotation.
    func spelling(_ others: [Unicode.Scalar: String]) -> String {
        var out = ""
        for scalar in unicodeScalars {
            if let other = others[scalar] { out += other } else { out.unicodeScalars.append(scalar) }
        }
        return out
    }
}
