//! Ids are given by the app: 41 bits of milliseconds since 2020 and 12 random bits, so that they sort by age, fit a
//! JavaScript number, and do not tell a rival how many things were begun.
//!
//! Within one process no id is given twice; a clash between two nodes is refused by the primary key and retried by
//! [`crate::db::Db::write`].

use std::collections::VecDeque;
use std::sync::{LazyLock, Mutex, PoisonError};

use rand::RngExt;

use crate::clock::Instant;

/// 2020-01-01T00:00:00Z in milliseconds since 1970.
const EPOCH: i64 = 1_577_836_800_000;

/// How far an instant may lie behind an id given before and still follow it: clocks are put right by less, and thousands
/// of ids of one instant reach less far ahead.
const BEHIND: i64 = 60_000;
/// How many places in time are remembered, should the clock be set back by more.
const REMEMBERED: usize = 64;
/// One past the highest tail.
const TAILS: i64 = 1 << 12;

/// Milliseconds and tails of the ids given lately, the last one at the end.
static GIVEN: LazyLock<Mutex<VecDeque<(i64, i64)>>> = LazyLock::new(Mutex::default);

/// A fresh id for something made at `now`. Ids of one process and one instant sort in the order they were asked for.
pub fn fresh(now: Instant) -> i64 {
    let asked = (now.millis() - EPOCH).clamp(1, (1 << 41) - 1);
    let mut random = rand::rng();
    let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut last = None;
    given.retain(|&place| {
        let follows = (asked..asked + BEHIND).contains(&place.0);
        if follows {
            last = last.max(Some(place));
        }
        !follows
    });
    let mut anew = || random.random_range(0..TAILS / 2);
    let (millisecond, tail) = match last {
        None => (asked, anew()),
        Some((millisecond, tail)) if tail + 4 >= TAILS => (millisecond + 1, anew()),
        Some((millisecond, tail)) => (millisecond, tail + random.random_range(1..=4)),
    };
    given.push_back((millisecond, tail));
    if given.len() > REMEMBERED {
        given.pop_front();
    }
    (millisecond << 12) | tail
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

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }

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
    OrganizationId, FormerNameId, FormerPersonId, UserId, RoleGrantId, SessionId, SetPasswordId, CounterId, AttemptId,
    RoundId, TopicId, AnnouncementId, OpeningId, AmendmentId, RoundQuestionId, CorrectionId,
    BidId, RevisionId, AttachmentId, SimilarPairId, SimilarSigningId, JointId,
    EvaluationId, CriterionId, PanelMemberId, RecusalId, LiftId, DeclaredPostId, DeclaredRelationId,
    TieLotsId, TieLotPartId,
    DrawId, SubstituteId, InvitationId, ReplacementId, DeclarationId, AssignmentModeId, AssignmentId, SheetId, SheetVersionId, PaperSheetId, ResultId, ResultRowId, DecisionId, FairnessId, SupersededId, ObjectionId, ComplaintId,
    ContractId, ContractVersionId, SignatureId, ProjectId, StepId,
    AcceptanceId, QuestionId, BoxId,
    CaseId, SiteId, ReplicationId,
    AuditEventId, ChainId, SignerId, CheckpointId,
    KeyId, KeyGrantId, ShareId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_ids_of_one_instant_are_distinct_in_order_and_fit_53_bits() {
        let now = "2026-03-01T01:00:00Z".parse().unwrap();
        let ids: Vec<i64> = (0..1_000_000).map(|_| fresh(now)).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert!(ids.iter().all(|id| *id > 0 && *id < 1 << 53));
    }

    #[test]
    fn instants_a_moment_apart_share_no_id_however_they_take_turns() {
        let at =
            |milliseconds: i64| Instant::from_micros((1_900_000_000_000 + milliseconds) * 1000);
        let ids: std::collections::HashSet<i64> =
            (0..200_000).map(|n| fresh(at(n * 7 % 200))).collect();
        assert_eq!(ids.len(), 200_000);
    }

    #[test]
    fn ids_sort_by_the_clock_also_when_it_is_set_back() {
        let day: Instant = "2026-03-02T00:00:00Z".parse().unwrap();
        let at = |hour| day + chrono::Duration::hours(hour);
        let (later, earlier, between) = (fresh(at(9)), fresh(at(1)), fresh(at(5)));
        assert!(earlier < between && between < later);
    }
}
