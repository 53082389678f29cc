//! What an archive holds: names, sizes, digests.

use serde::{Deserialize, Serialize};

use crate::crypto::sha256_hex;

pub const MANIFEST: &str = "manifest.json";
/// The SHA-256 of the manifest, its last entry.
pub const SEAL: &str = "manifest.sha256";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub size: u64,
    pub sha256: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// In the order they stand in the archive.
    pub entries: Vec<Entry>,
}

impl Manifest {
    /// The manifest and its seal.
    pub fn written(&self) -> anyhow::Result<(Vec<u8>, String)> {
        let text = serde_json::to_vec(self)?;
        let seal = sha256_hex(&text);
        Ok((text, seal))
    }

    /// What is wrong with what was found, against what was written.
    pub fn difference(&self, found: &[Entry]) -> Option<String> {
        for (at, entry) in self.entries.iter().enumerate() {
            match found.get(at) {
                None => return Some(format!("{} is missing", entry.name)),
                Some(other) if other.name != entry.name => {
                    return Some(format!("{} stands where {} was", other.name, entry.name));
                }
                Some(other) if other.size != entry.size => {
                    return Some(format!(
                        "{} has {} bytes instead of {}",
                        entry.name, other.size, entry.size
                    ));
                }
                Some(other) if other.sha256 != entry.sha256 => {
                    return Some(format!("{} was changed", entry.name));
                }
                Some(_) => {}
            }
        }
        found
            .get(self.entries.len())
            .map(|entry| format!("{} was not in it", entry.name))
    }
}
