//! What is done with cases, sites and replications.

mod nominate_site;
mod publish_case;
mod replications;
mod sites;
mod write_case;

pub use nominate_site::NominateSite;
pub use publish_case::PublishCase;
pub use replications::{Adopt, Confirm, Model, Report};
pub use sites::{DelistSite, NameSite, RecheckSite};
pub use write_case::{ChangeCase, WriteCase};

use super::scene::{CaseScene, ReplicationScene, SiteScene};
use crate::verbs::{Offer, offer};

/// The buttons of a case.
pub const OF_CASE: &[Offer<CaseScene>] = &[offer::<ChangeCase>(), offer::<PublishCase>()];

/// The buttons of a site.
pub const OF_SITE: &[Offer<SiteScene>] = &[
    offer::<NameSite>(),
    offer::<RecheckSite>(),
    offer::<DelistSite>(),
];

/// The buttons of a replication.
pub const OF_REPLICATION: &[Offer<ReplicationScene>] = &[offer::<Report>(), offer::<Confirm>()];
