//! Where a request comes from.

use std::net::IpAddr;

use crate::limits;

/// Where a request comes from, as far as it is known. It proves nothing but that a password was right there once.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    client: Option<IpAddr>,
    device: Option<String>,
}

impl Origin {
    pub(super) fn new(client: Option<IpAddr>, device: Option<String>) -> Self {
        Self { client, device }
    }

    /// The address, or as much of it as belongs to one household; empty if there is none.
    pub fn client(&self) -> String {
        let client = self.client.map(limits::household);
        client.map(|client| client.to_string()).unwrap_or_default()
    }

    /// The device, if it came with one of ours.
    pub fn device(&self) -> Option<&str> {
        self.device.as_deref()
    }
}
