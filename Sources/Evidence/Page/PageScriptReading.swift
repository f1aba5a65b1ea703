extension PageScript {
    /// Bytes, their spellings, hashes; and the three ways in which a step can end.
    static let bytes = #"""
        // What does not agree, and what cannot be checked here, in words; any other error counts as the former.
        class Differs extends Error {}
        class Unchecked extends Error {}

        function demand(holds, words) {
          if (!holds) throw new Differs(words);
        }

        const utf8 = (text) => new TextEncoder().encode(text);

        function fromUTF8(bytes) {
          try {
            return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
          } catch {
            throw new Differs("These bytes are not UTF-8.");
          }
        }

        function concatenate(...parts) {
          const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
          let place = 0;
          for (const part of parts) {
            whole.set(part, place);
            place += part.length;
          }
          return whole;
        }

        const isSame = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);

        // The order of bytes, first difference deciding: below zero, zero or above.
        function compareBytes(left, right) {
          const shorter = Math.min(left.length, right.length);
          for (let at = 0; at < shorter; at += 1) {
            if (left[at] !== right[at]) return left[at] - right[at];
          }
          return left.length - right.length;
        }

        function toBase64(bytes) {
          let binary = "";
          for (const byte of bytes) binary += String.fromCharCode(byte);
          return btoa(binary);
        }

        // Bytes of base64 in its one spelling; null for every other text.
        function fromBase64(text) {
          try {
            const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
            return toBase64(bytes) === text ? bytes : null;
          } catch {
            return null;
          }
        }

        function fromBase64url(text) {
          if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
          return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4));
        }

        const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

        async function sha256(...parts) {
          if (!globalThis.crypto?.subtle) {
            throw new Unchecked("This browser offers no cryptography (WebCrypto) to a page that was opened this way.");
          }
          return new Uint8Array(await crypto.subtle.digest("SHA-256", concatenate(...parts)));
        }

        // A text as a person can see it: what would be invisible, or would turn the text around, is spelled out.
        const unseen =
          /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
        const shown = (text) =>
          String(text).replace(unseen, (character) =>
            `[U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
        const quoted = (text) => `"${shown(text.length > 60 ? text.slice(0, 60) + "…" : text)}"`;
        """#

    /// A reader of JSON in its one spelling, objects as maps.
    static let json = #"""
        // JSON.parse would pass over a member that stands twice, other spellings and white space: this refuses them.
        function readJSON(text) {
          let at = 0;
          const fail = (words) => {
            throw new Differs(`At character ${at + 1}: ${words}.`);
          };
          const take = (expected) => {
            if (!text.startsWith(expected, at)) return false;
            at += expected.length;
            return true;
          };
          const plain = /[^"\\\u0000-\u001f]*/y;
          const short = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", '"': '"', "\\": "\\" };

          function string() {
            if (!take('"')) fail("a string is missing");
            let out = "";
            for (;;) {
              plain.lastIndex = at;
              const run = plain.exec(text)[0];
              out += run;
              at += run.length;
              if (take('"')) return out;
              if (!take("\\")) fail("a string is not closed, or holds a control character");
              const letter = text[at];
              if (letter !== "u") {
                if (!Object.hasOwn(short, letter ?? "")) fail("no such escape");
                out += short[letter];
                at += 1;
                continue;
              }
              const digits = /^u00[01][0-9a-f]/.exec(text.slice(at, at + 5));
              const unit = digits ? parseInt(digits[0].slice(1), 16) : 0;
              if (unit === 0 || [8, 9, 10, 12, 13].includes(unit)) fail("this character is not written so");
              out += String.fromCharCode(unit);
              at += 5;
            }
          }

          const digits = /(0|-?[1-9][0-9]*)/y;
          function number() {
            digits.lastIndex = at;
            const spelled = digits.exec(text)?.[0];
            if (!spelled || !Number.isSafeInteger(Number(spelled))) fail("only whole numbers of at most 2^53−1 stand here");
            at += spelled.length;
            if (/[0-9.eE]/.test(text[at] ?? "")) fail("this number is not written so");
            return Number(spelled);
          }

          function object(depth) {
            const members = new Map();
            if (take("}")) return members;
            do {
              const name = string();
              if (members.has(name)) fail("an object's member stands there twice");
              if (!take(":")) fail("a colon is missing after a member's name");
              members.set(name, value(depth));
            } while (take(","));
            if (!take("}")) fail("an object is not closed");
            return members;
          }

          function array(depth) {
            const elements = [];
            if (take("]")) return elements;
            do elements.push(value(depth));
            while (take(","));
            if (!take("]")) fail("a list is not closed");
            return elements;
          }

          function value(depth) {
            const next = text[at];
            if (next === '"') return string();
            if (next === "{" || next === "[") {
              if (depth >= 64) fail("nested more than 64 deep");
              at += 1;
              return next === "{" ? object(depth + 1) : array(depth + 1);
            }
            if (take("true")) return true;
            if (take("false")) return false;
            return number();
          }

          const whole = value(0);
          if (at !== text.length) fail("something follows the value");
          return whole;
        }
        """#
}
