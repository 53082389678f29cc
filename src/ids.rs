//! Ids are given by the app: 41 bits of milliseconds since 2020 and 12 random bits, so that they sort by age, fit a
//! JavaScript number, and do not tell a rival how many things were begun.
//!
//! Within one process no id is given twice; a clash between two nodes is refused by the primary key and retried by
//! [`crate::db::Db::write`].

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use rand::RngExt;

use crate::clock::Instant;

/// 2020-01-01T00:00:00Z in milliseconds since 1970.
const EPOCH: i64 = 1_577_836_800_000;

struct Given {
    millisecond: i64,
    tails: HashSet<u16>,
}

static GIVEN: LazyLock<Mutex<Given>> = LazyLock::new(|| {
    Mutex::new(Given {
        millisecond: 0,
        tails: HashSet::new(),
    })
});

/// A fresh id for something made at `now`.
pub fn fresh(now: Instant) -> i64 {
    let millisecond = (now.and_utc().timestamp_millis() - EPOCH).clamp(1, (1 << 41) - 1);
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    if millisecond > given.millisecond {
        given.millisecond = millisecond;
        given.tails.clear();
    } else if given.tails.len() >= 2048 {
        given.millisecond += 1;
        given.tails.clear();
    }
    let mut random = rand::rng();
    loop {
        let tail: u16 = random.random_range(0..4096);
        if given.tails.insert(tail) {
            return (given.millisecond << 12) | i64::from(tail);
        }
    }
}

/// 32 hexadecimal digits of randomness: storage keys, receipts, codes.
pub fn random_hex() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// A code for people to type: no letters or digits that look alike.
pub fn random_code(length: usize) -> String {
    const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    let mut random = rand::rng();
    (0..length)
        .filter_map(|_| LETTERS.get(random.random_range(0..LETTERS.len())))
        .map(|letter| char::from(*letter))
        .collect()
}

/// Declares id types: a BIGINT in the database, an integer in JSON, a number in a path.
macro_rules! id_types {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            diesel::AsExpression, diesel::FromSqlRow, utoipa::ToSchema,
        )]
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        #[serde(transparent)]
        #[schema(value_type = i64, example = 1_234_567_890_123i64)]
        pub struct $name(pub i64);

        impl $name {
            pub fn fresh(now: $crate::clock::Instant) -> Self {
                Self(fresh(now))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl<DB> diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB> for $name
        where
            DB: diesel::backend::Backend,
            i64: diesel::deserialize::FromSql<diesel::sql_types::BigInt, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                i64::from_sql(bytes).map(Self)
            }
        }

        impl<DB> diesel::serialize::ToSql<diesel::sql_types::BigInt, DB> for $name
        where
            DB: diesel::backend::Backend,
            i64: diesel::serialize::ToSql<diesel::sql_types::BigInt, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }
    )+};
}

id_types! {
    OrganizationId, UserId, RoleGrantId, SessionId,
    RoundId, TopicId, AnnouncementId, OpeningId, AmendmentId, RoundQuestionId, CorrectionId,
    BidId, RevisionId, AttachmentId, SimilarPairId, SimilarSigningId, MergerId,
    EvaluationId, CriterionId, PanelMemberId, RecusalId, LiftId, DeclaredPostId, DeclaredRelationId,
    TieLotsId, TieLotPartId,
    DrawId, SubstituteId, InvitationId, ReplacementId, DeclarationId, AssignmentModeId, AssignmentId, SheetId, SheetVersionId, ResultId, ResultRowId, DecisionId, FairnessId, SupersededId, ObjectionId,
    ContractId, ContractVersionId, SignatureId, ProjectId, StepId,
    AcceptanceId, QuestionId, BoxId,
    CaseId, SiteId, ReplicationId,
    AuditEventId, ChainId,
    KeyId, KeyGrantId, ShareId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_thousand_ids_of_one_instant_are_distinct_and_fit_53_bits() {
        let now = chrono::NaiveDate::from_ymd_opt(2026, 3, 1)
            .unwrap()
            .and_hms_opt(1, 0, 0)
            .unwrap();
        let ids: HashSet<i64> = (0..10_000).map(|_| fresh(now)).collect();
        assert_eq!(ids.len(), 10_000);
        assert!(ids.iter().all(|id| *id > 0 && *id < 1 << 53));
    }
}
