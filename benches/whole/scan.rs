//! Finds where sessions begin and end in a response, without parsing it: objects two levels down.

/// How far a response was scanned.
#[derive(Default)]
pub struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// Where an unfinished session began in the bytes scanned last.
    pub begun: Option<usize>,
}

impl Scan {
    /// Scans the bytes from a position on and returns the sessions that end in them.
    pub fn sessions(&mut self, bytes: &[u8], from: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = from;
        while at < bytes.len() {
            if self.in_string {
                if std::mem::take(&mut self.is_escaped) {
                    at += 1;
                    continue;
                }
                let Some(next) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else { break };
                at += next;
                match bytes[at] {
                    b'"' => self.in_string = false,
                    _ => self.is_escaped = true,
                }
            } else {
                match bytes[at] {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => {
                        self.depth += 1;
                        if self.depth == 3 && bytes[at] == b'{' {
                            self.begun = Some(at);
                        }
                    }
                    b'}' | b']' => {
                        if self.depth == 3
                            && let Some(begun) = self.begun.take()
                        {
                            found.push((begun, at + 1));
                        }
                        self.depth = self.depth.saturating_sub(1);
                    }
                    _ => {}
                }
            }
            at += 1;
        }
        found
    }
}
