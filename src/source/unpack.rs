//! Decompresses gzip and Zstandard: verifies checksums, and of a truncated or damaged file returns everything before
//! that.

use std::io::{self, BufRead, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Compressed text.
pub type Packed = Box<dyn BufRead + Send>;

/// A compression format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// gzip, of any number of members.
    Gzip,
    /// Zstandard, of any number of frames.
    Zstd,
}

impl Packing {
    /// Detects it by the first bytes of a text; `None` if it is not compressed, or in another format.
    pub fn of(head: &[u8]) -> Option<Packing> {
        match head {
            [0x1F, 0x8B, ..] => Some(Packing::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Packing::Zstd),
            // A skippable frame may come first.
            [low, 0x2A, 0x4D, 0x18, ..] if low & 0xF0 == 0x50 => Some(Packing::Zstd),
            _ => None,
        }
    }

    /// Returns the decompressed text.
    pub fn unpack(self, packed: Packed) -> Box<dyn Read + Send> {
        match self {
            Packing::Gzip => Box::new(Gzip(MultiGzDecoder::new(packed))),
            Packing::Zstd => Box::new(ZstdFrames::Between(Some(packed))),
        }
    }
}

fn cut(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, format!("the {name} data is truncated"))
}

fn damaged(name: &str) -> io::Error {
    let what = format!("the {name} data is damaged (wrong checksum or invalid data)");
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// gzip, with readable errors.
struct Gzip(MultiGzDecoder<Packed>);

impl Read for Gzip {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => cut("gzip"),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => damaged("gzip"),
            _ => error,
        })
    }
}

/// Zstandard as found in files: one frame after the other, and skippable frames.
enum ZstdFrames {
    Between(Option<Packed>),
    Inside(Box<Frame>),
}

struct Frame {
    decoder: FrameDecoder,
    packed: Packed,
    /// Why it cannot be decompressed further; reported once everything before it was returned.
    failure: Option<io::Error>,
}

impl Read for ZstdFrames {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self {
                ZstdFrames::Between(source) => {
                    let Some(mut packed) = source.take() else { return Ok(0) };
                    let Some(magic) = magic_of(&mut packed)? else { return Ok(0) };
                    if Packing::of(&magic) == Some(Packing::Zstd) && magic[0] & 0xF0 == 0x50 {
                        skip_frame(&mut packed)?;
                        *source = Some(packed);
                        continue;
                    }
                    let packed = Box::new(io::Cursor::new(magic).chain(packed));
                    *self = ZstdFrames::Inside(Box::new(Frame::new(packed)?));
                }
                ZstdFrames::Inside(frame) => {
                    let read = frame.read(buffer)?;
                    if read > 0 || buffer.is_empty() {
                        return Ok(read);
                    }
                    if let ZstdFrames::Inside(frame) = std::mem::replace(self, ZstdFrames::Between(None)) {
                        *self = ZstdFrames::Between(Some(frame.packed));
                    }
                }
            }
        }
    }
}

impl Frame {
    fn new(mut packed: Packed) -> io::Result<Frame> {
        let mut decoder = FrameDecoder::new();
        match decoder.init(&mut packed) {
            Ok(()) => Ok(Frame { decoder, packed, failure: None }),
            Err(_) => Err(why_not(&mut packed)),
        }
    }

    /// Returns the next bytes; none if the frame ended well.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.decoder.can_collect() == 0 {
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            if self.decoder.is_finished() {
                let sums = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
                return match sums {
                    (Some(told), Some(own)) if told != own => Err(damaged("Zstandard")),
                    _ => Ok(0),
                };
            }
            if self.decoder.decode_blocks(&mut self.packed, BlockDecodingStrategy::UptoBlocks(1)).is_err() {
                self.failure = Some(why_not(&mut self.packed));
                // The decoder holds a window back for blocks to come. An empty last block, with a checksum that is not
                // verified, tells it that none will. If that fails too, nothing more can be recovered.
                const LAST: &[u8] = &[1, 0, 0, 0, 0, 0, 0];
                let _ = self.decoder.decode_blocks(LAST, BlockDecodingStrategy::All);
            }
        }
        self.decoder.read(buffer)
    }
}

/// Returns why a frame cannot be decompressed further: a read error, its end, or damage.
fn why_not(packed: &mut Packed) -> io::Error {
    match packed.fill_buf() {
        Err(error) => error,
        Ok([]) => cut("Zstandard"),
        Ok(_) => damaged("Zstandard"),
    }
}

/// Returns the four bytes a frame begins with; `None` at the end.
fn magic_of(packed: &mut Packed) -> io::Result<Option<[u8; 4]>> {
    let mut magic = Vec::new();
    packed.by_ref().take(4).read_to_end(&mut magic)?;
    match magic.len() {
        0 => Ok(None),
        4 => Ok(magic.try_into().ok()),
        _ => Err(cut("Zstandard")),
    }
}

/// Skips a frame after its first four bytes.
fn skip_frame(packed: &mut Packed) -> io::Result<()> {
    let mut size = [0; 4];
    packed.read_exact(&mut size).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => cut("Zstandard"),
        _ => error,
    })?;
    let size = u64::from(u32::from_le_bytes(size));
    let passed = io::copy(&mut packed.take(size), &mut io::sink())?;
    if passed == size { Ok(()) } else { Err(cut("Zstandard")) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// Some hundred kilobytes that compress badly, so that there are several blocks.
    fn text() -> Vec<u8> {
        let mut seed = 7u64;
        (0..400_000)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                b'a' + (seed >> 60) as u8
            })
            .collect()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory takes everything");
        encoder.finish().expect("memory takes everything")
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    /// Returns the decompressed bytes, and the error that ends them.
    fn unpacked(packed: &[u8]) -> (Vec<u8>, Option<String>) {
        let packing = Packing::of(packed).expect("it is packed");
        let mut reader = packing.unpack(Box::new(io::Cursor::new(packed.to_vec())));
        let (mut all, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return (all, None),
                Ok(read) => all.extend_from_slice(&buffer[..read]),
                Err(error) => return (all, Some(error.to_string())),
            }
        }
    }

    #[test]
    fn what_is_whole_unpacks_in_all_its_members_and_frames() {
        let text = text();
        for pack in [gzip, zstd] {
            assert_eq!(unpacked(&pack(&text)), (text.clone(), None));
            assert_eq!(unpacked(&[pack(b"one "), pack(b"two")].concat()), (b"one two".to_vec(), None));
        }
        let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3], zstd(b"one").as_slice()].concat();
        assert_eq!(unpacked(&skippable), (b"one".to_vec(), None));
    }

    #[test]
    fn of_what_was_cut_everything_before_is_given_and_then_the_reason() {
        let text = text();
        for (pack, name) in [(gzip as fn(&[u8]) -> Vec<u8>, "gzip"), (zstd, "Zstandard")] {
            let packed = pack(&text);
            // In the middle, in the checksum at the end, and right before the last byte.
            for (cut, least) in
                [(packed.len() * 3 / 4, text.len() / 4), (packed.len() - 2, text.len()), (packed.len() - 1, text.len())]
            {
                let (all, error) = unpacked(&packed[..cut]);
                assert!(all.len() >= least && text.starts_with(&all), "{name} cut at {cut}: {} bytes", all.len());
                assert_eq!(error, Some(format!("the {name} data is truncated")));
            }
        }
    }

    #[test]
    fn a_wrong_checksum_is_told_when_everything_was_given() {
        let text = text();
        for (pack, at, name) in [(gzip as fn(&[u8]) -> Vec<u8>, 8, "gzip"), (zstd, 1, "Zstandard")] {
            let mut packed = pack(&text);
            let place = packed.len() - at;
            packed[place] ^= 0x40;
            let (all, error) = unpacked(&packed);
            assert_eq!(all.len(), text.len(), "{name}");
            assert!(error.as_deref().is_some_and(|error| error.contains("wrong checksum")), "{name}: {error:?}");
        }
    }

    #[test]
    fn no_flipped_bit_goes_unnoticed() {
        let text = b"{\"value\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"a\"},{\"id\":\"b\"}]}".repeat(20);
        for pack in [gzip as fn(&[u8]) -> Vec<u8>, zstd] {
            let packed = pack(&text);
            // The header contains a time and a name, which nothing checks.
            for bit in 10 * 8..packed.len() * 8 {
                let mut flipped = packed.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                let (all, error) = unpacked(&flipped);
                assert!(error.is_some() || all == text, "bit {bit}: {} bytes without an error", all.len());
            }
        }
    }
}
