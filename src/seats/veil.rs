//! What lies between a bid and whoever may not know whose it is. How it is asked for is told in [`super::blind`].

mod mask;

use std::sync::Arc;

use serde::Serialize;

use crate::files::Attachment;
use crate::ids::OrganizationId;

pub use mask::{COVER, Mask};

/// Something its reader may know, or not. A program is sent the value or `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Veiled<T> {
    Seen(T),
    Covered,
}

/// How one person reads what is said of a round.
#[derive(Debug, Clone, Default)]
pub struct Veil {
    /// None: with all names.
    mask: Option<Arc<Mask>>,
    /// Whose bids this person reads as they are.
    own: Vec<OrganizationId>,
}

static LIFTED: Veil = Veil {
    mask: None,
    own: Vec::new(),
};

impl Veil {
    /// With these names covered, but in what these organizations bid.
    pub fn under(mask: Mask, own: Vec<OrganizationId>) -> Self {
        Self {
            mask: Some(Arc::new(mask)),
            own,
        }
    }

    /// Over nothing: for what only those see who see all, or what says itself who bids.
    pub fn lifted() -> &'static Self {
        &LIFTED
    }

    /// The veil over what this organization bids.
    pub fn over(&self, organization: OrganizationId) -> &Self {
        if self.own.contains(&organization) {
            &LIFTED
        } else {
            self
        }
    }

    /// Whether names are covered at all.
    pub fn lies(&self) -> bool {
        self.mask.is_some()
    }

    /// What this person may know of it.
    pub fn veiled<T>(&self, value: T) -> Veiled<T> {
        if self.lies() {
            Veiled::Covered
        } else {
            Veiled::Seen(value)
        }
    }

    /// A bidder's name, whole.
    pub fn name(&self, name: &str) -> String {
        if self.lies() { COVER } else { name }.to_owned()
    }

    /// A text in which names may stand.
    pub fn text(&self, text: &str) -> String {
        match &self.mask {
            Some(mask) => mask.text(text),
            None => text.to_owned(),
        }
    }

    pub fn cover(&self, text: &mut String) {
        if let Some(mask) = &self.mask {
            *text = mask.text(text);
        }
    }

    /// Several, if there are any.
    pub fn texts(&self, texts: Option<Vec<String>>) -> Option<Vec<String>> {
        Some(texts?.iter().map(|text| self.text(text)).collect())
    }

    /// The same of texts that may be missing.
    pub fn cover_all<'a>(&self, texts: impl IntoIterator<Item = &'a mut Option<String>>) {
        for text in texts.into_iter().flatten() {
            self.cover(text);
        }
    }

    /// What a file is called: a name that says nothing but its kind.
    pub fn file(&self, file: &Attachment) -> String {
        if !self.lies() {
            return file.name.clone();
        }
        let ending = file
            .name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase())
            .filter(|ending| ending.len() <= 4 && ending.bytes().all(|b| b.is_ascii_alphanumeric()))
            .unwrap_or_default();
        let number: String = file.sha256.chars().take(6).collect();
        format!("附件{number}.{ending}")
    }
}
