//! Text in the records of an xls, which may go on from one record to the next in the middle of a character's text.

/// The data of a record and of those that continue it.
pub(super) struct Chunks<'s> {
    chunks: Vec<&'s [u8]>,
    /// The chunk that is read, and how much of it has been.
    chunk: usize,
    at: usize,
}

impl<'s> Chunks<'s> {
    pub(super) fn of(chunks: Vec<&'s [u8]>) -> Chunks<'s> {
        Chunks { chunks, chunk: 0, at: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        while self.at == self.chunks.get(self.chunk)?.len() {
            self.chunk += 1;
            self.at = 0;
        }
        self.at += 1;
        self.chunks[self.chunk].get(self.at - 1).copied()
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn skip(&mut self, mut n_bytes: usize) {
        while let Some(chunk) = self.chunks.get(self.chunk).filter(|_| 0 < n_bytes) {
            let n_here = n_bytes.min(chunk.len() - self.at);
            self.at += n_here;
            n_bytes -= n_here;
            if 0 < n_bytes {
                self.chunk += 1;
                self.at = 0;
            }
        }
    }

    /// A text with its length in two bytes: [MS-XLS] 2.5.293 and 2.5.294.
    pub(super) fn string(&mut self) -> Option<String> {
        let n_chars = usize::from(self.short()?);
        let flags = self.byte()?;
        let n_runs = if flags & 8 == 0 { 0 } else { usize::from(self.short()?) };
        let n_extended = match flags & 4 {
            0 => 0,
            _ => usize::from(self.short()?) + (usize::from(self.short()?) << 16),
        };
        let text = self.characters_as(n_chars, flags)?;
        self.skip(4 * n_runs + n_extended);
        Some(text)
    }

    /// A text with its length in one byte: [MS-XLS] 2.5.240.
    pub(super) fn short_string(&mut self) -> Option<String> {
        let n_chars = usize::from(self.byte()?);
        self.characters(n_chars)
    }

    /// The characters of a text, after the byte that says how many bytes each takes.
    pub(super) fn characters(&mut self, n_chars: usize) -> Option<String> {
        let flags = self.byte()?;
        self.characters_as(n_chars, flags)
    }

    /// What is cut off is left out.
    fn characters_as(&mut self, n_chars: usize, mut flags: u8) -> Option<String> {
        let mut units = Vec::with_capacity(n_chars);
        while units.len() < n_chars {
            let is_at_end = self.chunks.get(self.chunk).is_none_or(|chunk| self.at == chunk.len());
            if is_at_end {
                // The rest of the text begins with its own mark.
                self.chunk += 1;
                self.at = 0;
                match self.byte() {
                    Some(byte) => flags = byte,
                    None => break,
                }
                continue;
            }
            let unit = match flags & 1 {
                0 => self.byte().map(u16::from),
                _ => self.short(),
            };
            match unit {
                Some(unit) => units.push(unit),
                None => break,
            }
        }
        Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect())
    }
}

/// The strings that cells share; nothing is allocated for a number that the file only claims.
pub(super) fn shared(mut chunks: Chunks) -> Vec<String> {
    std::iter::from_fn(|| chunks.string()).collect()
}
