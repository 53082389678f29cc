//! Files at rest: encrypted in pieces while they stream by, never wholly in memory.
//!
//! A file is one byte of format, 19 bytes of nonce, then pieces of 64 KiB each with its tag (STREAM over
//! XChaCha20-Poly1305): cutting, swapping or leaving out a piece is noticed.

use std::io::{self, Read, Seek, SeekFrom, Write};

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::stream::{
    DecryptorBE32, EncryptorBE32, NewStream, StreamBE32, StreamPrimitive,
};

use super::bid::BidSecret;
use crate::crypto::Key;
use crate::error::{Error, Result};
use crate::who::ServerKeys;

const FORMAT: u8 = 1;
const NONCE: usize = 19;
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;

fn broken(what: &str) -> Error {
    Error::Internal(anyhow::anyhow!("{what}"))
}

/// The key of one file.
#[derive(Debug, Clone)]
pub struct FileKey(Key);

impl FileKey {
    pub fn fresh() -> Self {
        Self(Key::fresh())
    }

    /// Under its bid's key.
    pub fn under_bid(&self, bid: &BidSecret) -> Result<Vec<u8>> {
        bid.key().encrypt(&bid.about("file"), self.0.as_bytes())
    }

    pub fn of_bid(bid: &BidSecret, locked: &[u8]) -> Result<Self> {
        let key = bid.key().decrypt(&bid.about("file"), locked)?;
        Key::from_bytes(&key).map(Self)
    }

    /// Under the server's secret, for what is no bid.
    pub fn under_server(&self, keys: &ServerKeys) -> Result<Vec<u8>> {
        keys.drafts().encrypt("file", self.0.as_bytes())
    }

    pub fn of_server(keys: &ServerKeys, locked: &[u8]) -> Result<Self> {
        Key::from_bytes(&keys.drafts().decrypt("file", locked)?).map(Self)
    }

    /// What is to be known of the file by its readers only: name and digest.
    pub fn encrypt_facts(&self, facts: &[u8]) -> Result<Vec<u8>> {
        self.0.encrypt_padded("facts", facts)
    }

    pub fn decrypt_facts(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        self.0.decrypt_padded("facts", sealed)
    }
}

/// How many bytes a file of this length takes on the disk.
pub fn stored_length(plain: u64) -> u64 {
    let pieces = plain.div_ceil(PIECE as u64).max(1);
    1 + NONCE as u64 + plain + pieces * TAG as u64
}

/// Encrypts what is written to it. Only [`Writer::finish`] makes the file whole.
pub struct Writer<W: Write> {
    inner: W,
    cipher: EncryptorBE32<XChaCha20Poly1305>,
    piece: Vec<u8>,
}

impl<W: Write> Writer<W> {
    pub fn new(mut inner: W, key: &FileKey) -> Result<Self> {
        let nonce = Key::fresh();
        let nonce: [u8; NONCE] = *nonce
            .as_bytes()
            .first_chunk()
            .ok_or_else(|| broken("a nonce has 19 bytes"))?;
        inner.write_all(&[FORMAT])?;
        inner.write_all(&nonce)?;
        Ok(Self {
            inner,
            cipher: EncryptorBE32::from_aead(key.0.cipher(), &nonce.into()),
            piece: Vec::with_capacity(PIECE),
        })
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            // A full piece is written only when more follows: the last one is sealed differently.
            if self.piece.len() == PIECE {
                let sealed = self
                    .cipher
                    .encrypt_next(self.piece.as_slice())
                    .map_err(|_| broken("cannot encrypt a file"))?;
                self.inner.write_all(&sealed)?;
                self.piece.clear();
            }
            let room = PIECE.saturating_sub(self.piece.len()).min(bytes.len());
            let (now, later) = bytes.split_at(room);
            self.piece.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    pub fn finish(mut self) -> Result<W> {
        let sealed = self
            .cipher
            .encrypt_last(self.piece.as_slice())
            .map_err(|_| broken("cannot encrypt a file"))?;
        self.inner.write_all(&sealed)?;
        Ok(self.inner)
    }
}

fn nonce_of(inner: &mut impl Read) -> Result<[u8; NONCE]> {
    let mut head = [0; 1 + NONCE];
    inner.read_exact(&mut head)?;
    head.strip_prefix(&[FORMAT])
        .and_then(|rest| rest.try_into().ok())
        .ok_or_else(|| broken("not a file of ours"))
}

/// Reads a file anywhere, a piece at a time: for looking at what lies at its end first.
pub struct Seeker<R: Read + Seek> {
    inner: R,
    cipher: StreamBE32<XChaCha20Poly1305>,
    /// Bytes of the content.
    length: u64,
    at: u64,
    /// The piece last read, with its number.
    piece: Option<(u64, Vec<u8>)>,
}

impl<R: Read + Seek> Seeker<R> {
    /// `length` is the content's, not what lies on the disk.
    pub fn new(mut inner: R, key: &FileKey, length: u64) -> Result<Self> {
        let nonce = nonce_of(&mut inner)?;
        Ok(Self {
            inner,
            cipher: StreamBE32::from_aead(key.0.cipher(), &nonce.into()),
            length,
            at: 0,
            piece: None,
        })
    }

    fn piece(&mut self, number: u64) -> io::Result<&[u8]> {
        if self.piece.as_ref().map(|(known, _)| *known) != Some(number) {
            let (piece, whole) = (PIECE as u64, (PIECE + TAG) as u64);
            let last = number + 1 == self.length.div_ceil(piece).max(1);
            self.inner
                .seek(SeekFrom::Start(1 + NONCE as u64 + number * whole))?;
            let mut sealed = Vec::with_capacity(PIECE + TAG);
            (&mut self.inner).take(whole).read_to_end(&mut sealed)?;
            let position = u32::try_from(number).map_err(io::Error::other)?;
            let plain = self
                .cipher
                .decrypt(position, last, sealed.as_slice())
                .map_err(|_| io::Error::other("a stored file was changed"))?;
            self.piece = Some((number, plain));
        }
        Ok(self.piece.as_ref().map_or(&[], |(_, plain)| plain))
    }
}

impl<R: Read + Seek> Read for Seeker<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.length || into.is_empty() {
            return Ok(0);
        }
        let (number, offset) = (self.at / PIECE as u64, self.at % PIECE as u64);
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let mut rest = self.piece(number)?.get(offset..).unwrap_or_default();
        let read = rest.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for Seeker<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Decrypts a file piece by piece.
pub struct Reader<R: Read> {
    inner: R,
    cipher: Option<DecryptorBE32<XChaCha20Poly1305>>,
    /// Read ahead by one byte, to know the last piece.
    ahead: Vec<u8>,
}

impl<R: Read> Reader<R> {
    pub fn new(mut inner: R, key: &FileKey) -> Result<Self> {
        let nonce = nonce_of(&mut inner)?;
        Ok(Self {
            inner,
            cipher: Some(DecryptorBE32::from_aead(key.0.cipher(), &nonce.into())),
            ahead: Vec::new(),
        })
    }

    /// The next piece; None at the end.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(mut cipher) = self.cipher.take() else {
            return Ok(None);
        };
        let whole = PIECE + TAG;
        let mut sealed = std::mem::take(&mut self.ahead);
        let missing = u64::try_from(whole + 1 - sealed.len()).unwrap_or(0);
        (&mut self.inner).take(missing).read_to_end(&mut sealed)?;
        let piece = if sealed.len() > whole {
            self.ahead = sealed.split_off(whole);
            let piece = cipher.decrypt_next(sealed.as_slice());
            self.cipher = Some(cipher);
            piece
        } else {
            cipher.decrypt_last(sealed.as_slice())
        };
        piece
            .map(Some)
            .map_err(|_| broken("a stored file was changed"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(plain: &[u8], key: &FileKey, step: usize) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new(), key).unwrap();
        for part in plain.chunks(step) {
            writer.write(part).unwrap();
        }
        writer.finish().unwrap()
    }

    fn read(stored: &[u8], key: &FileKey) -> Result<Vec<u8>> {
        let mut reader = Reader::new(stored, key)?;
        let mut all = Vec::new();
        while let Some(piece) = reader.next_piece()? {
            assert!(piece.len() <= PIECE);
            all.extend(piece);
        }
        Ok(all)
    }

    #[test]
    fn files_of_any_length_come_back() {
        let key = FileKey::fresh();
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7] {
            let plain: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            for step in [1000, PIECE, 3 * PIECE] {
                let bytes = stored(&plain, &key, step);
                assert_eq!(read(&bytes, &key).unwrap(), plain, "{length} by {step}");
                assert_eq!(bytes.len() as u64, stored_length(length as u64));
            }
        }
    }

    #[test]
    fn a_file_is_read_anywhere() {
        let key = FileKey::fresh();
        for length in [0, 1, PIECE, 2 * PIECE + 7] {
            let plain: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let bytes = stored(&plain, &key, 4096);
            let mut file = Seeker::new(io::Cursor::new(bytes), &key, length as u64).unwrap();
            for (from, many) in [(0, length), (length / 2, 5), (PIECE - 2, 4), (length, 1)] {
                let mut read = Vec::new();
                file.seek(SeekFrom::Start(from as u64)).unwrap();
                (&mut file)
                    .take(many as u64)
                    .read_to_end(&mut read)
                    .unwrap();
                let until = (from + many).min(length);
                assert_eq!(read, plain.get(from..until).unwrap_or_default());
            }
            assert_eq!(file.seek(SeekFrom::End(0)).unwrap(), length as u64);
            assert!(file.seek(SeekFrom::Current(-1 - length as i64)).is_err());
        }
    }

    #[test]
    fn a_changed_cut_or_lengthened_file_is_refused() {
        let key = FileKey::fresh();
        let plain = vec![7; PIECE + 100];
        let good = stored(&plain, &key, 4096);
        assert_eq!(read(&good, &key).unwrap(), plain);
        let mut flipped = good.clone();
        flipped[1 + NONCE + 5] ^= 1;
        let mut longer = good.clone();
        longer.push(0);
        let cut = &good[..1 + NONCE + PIECE + TAG];
        for bad in [flipped.as_slice(), longer.as_slice(), cut] {
            assert!(read(bad, &key).is_err());
        }
        assert!(read(&good, &FileKey::fresh()).is_err());
    }
}
