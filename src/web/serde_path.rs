//! Remembers where in the input a deserializer stumbled.

use serde::{Deserialize, Deserializer};

pub struct Tracked<T>(Result<T, (String, String)>);

impl<T> Tracked<T> {
    pub fn into_result(self) -> Result<T, (String, String)> {
        self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tracked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_path_to_error::deserialize(deserializer) {
            Ok(value) => Ok(Self(Ok(value))),
            Err(error) => Ok(Self(Err((
                error.path().to_string(),
                error.inner().to_string(),
            )))),
        }
    }
}
