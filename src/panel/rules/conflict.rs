//! Conflicts of interest, from facts that are public within the committee: the organization tree, roles, declared posts
//! and relations, and what a reviewer declared when signing. Who has a draft or a bid is no input.
//!
//! A tie to an organization touches everything below it and everything above it short of the committee: who belongs to
//! a branch leaves its groups' and its general branch's topics alone. A tie to the committee itself, or above it, is
//! above all bidders and touches none.

use chrono::{Months, NaiveDate};

use crate::ids::UserId;
use crate::panel::RelationKind;
use crate::seats::RecusalCause;

/// How long a former post counts, in months: three years.
pub const FORMER_POST_MONTHS: u32 = 36;

/// Where somebody's tie leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    pub kind: TieKind,
    /// Path of the organization: `/1/5/`.
    pub path: String,
    /// Its short name.
    pub organization: String,
}

/// What ties a reviewer to an organization, the gravest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TieKind {
    /// Belongs to it.
    Own,
    /// Drafts or signs for it, by role.
    Acts,
    /// Holds a declared post there, or held one.
    Post {
        post: String,
        from: NaiveDate,
        until: Option<NaiveDate>,
    },
    /// A declared relation, to the organization or to one of its people.
    Relation {
        kind: RelationKind,
        until: Option<NaiveDate>,
    },
    /// Named when signing the undertaking.
    Signed { kind: RelationKind },
}

/// A reviewer with everything that ties them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interests {
    pub user_id: UserId,
    pub ties: Vec<Tie>,
}

/// Why somebody does not mark a topic in which an organization competes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    pub cause: RecusalCause,
    pub reason: String,
}

impl Tie {
    /// Whether it still counts on this day.
    pub fn counts_on(&self, today: NaiveDate) -> bool {
        match &self.kind {
            TieKind::Own | TieKind::Acts | TieKind::Signed { .. } => true,
            TieKind::Post { from, until, .. } => *from <= today && within(*until, today, true),
            TieKind::Relation { kind, until } => {
                within(*until, today, *kind == RelationKind::FormerPost)
            }
        }
    }

    fn cause(&self) -> RecusalCause {
        match &self.kind {
            TieKind::Own | TieKind::Acts => RecusalCause::OwnOrganization,
            TieKind::Post { .. } => RecusalCause::Post,
            TieKind::Relation { .. } => RecusalCause::Relation,
            TieKind::Signed { .. } => RecusalCause::Tie,
        }
    }

    fn gravity(&self) -> u8 {
        match &self.kind {
            TieKind::Own => 0,
            TieKind::Acts => 1,
            TieKind::Post { .. } => 2,
            TieKind::Relation { .. } => 3,
            TieKind::Signed { .. } => 4,
        }
    }

    /// In words, against an organization that competes or could.
    fn reason(&self, today: NaiveDate) -> String {
        let at = &self.organization;
        match &self.kind {
            TieKind::Own => format!("所在组织（{at}）参与竞标"),
            TieKind::Acts => format!("任{at}申报人或书记"),
            TieKind::Post { post, until, .. } if until.is_none_or(|until| until >= today) => {
                format!("在{at}任{post}")
            }
            TieKind::Post { post, .. } => format!("三年内曾在{at}任{post}"),
            TieKind::Relation { kind, .. } => format!("与{at}有登记的关系（{}）", kind.label()),
            TieKind::Signed { kind } => format!("签署承诺时申报与{at}的关系（{}）", kind.label()),
        }
    }
}

/// Not over yet, or over for less than three years if that still counts.
fn within(until: Option<NaiveDate>, today: NaiveDate, former_counts: bool) -> bool {
    let Some(until) = until else { return true };
    let last = if former_counts {
        until
            .checked_add_months(Months::new(FORMER_POST_MONTHS))
            .unwrap_or(NaiveDate::MAX)
    } else {
        until
    };
    today <= last
}

/// Where the ties of these people lead that still count on this day.
pub fn tied(interests: &[Interests], today: NaiveDate) -> Vec<&str> {
    let ties = interests.iter().flat_map(|one| &one.ties);
    ties.filter(|tie| tie.counts_on(today))
        .map(|tie| tie.path.as_str())
        .collect()
}

/// Whether a tie to `tied` touches the organization at `organization`.
pub fn touches(tied: &str, organization: &str, committee: &str) -> bool {
    !committee.starts_with(tied)
        && (organization.starts_with(tied) || tied.starts_with(organization))
}

/// The gravest ground on which this reviewer leaves the organization's topic to others.
pub fn ground(
    interests: &Interests,
    organization: &str,
    committee: &str,
    today: NaiveDate,
) -> Option<Ground> {
    interests
        .ties
        .iter()
        .filter(|tie| tie.counts_on(today) && touches(&tie.path, organization, committee))
        .min_by_key(|tie| tie.gravity())
        .map(|tie| Ground {
            cause: tie.cause(),
            reason: tie.reason(today),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn with(kind: TieKind, path: &str) -> Interests {
        Interests {
            user_id: UserId(1),
            ties: vec![Tie {
                kind,
                path: path.to_owned(),
                organization: "某支部".to_owned(),
            }],
        }
    }

    #[test]
    fn a_branch_touches_what_is_below_and_above_it_but_not_its_neighbours() {
        let interests = with(TieKind::Own, "/1/4/7/");
        for (path, touched) in [
            ("/1/4/7/", true),
            ("/1/4/7/9/", true),
            ("/1/4/", true),
            ("/1/4/8/", false),
            ("/1/5/", false),
            ("/1/47/", false),
        ] {
            let found = ground(&interests, path, "/1/", day(2026, 3, 2));
            assert_eq!(found.is_some(), touched, "{path}");
        }
    }

    #[test]
    fn the_committee_and_what_is_above_it_are_above_all_bidders() {
        for own in ["/1/", "/1/2/"] {
            let interests = with(TieKind::Own, own);
            assert_eq!(
                ground(&interests, "/1/2/4/", "/1/2/", day(2026, 3, 2)),
                None
            );
        }
    }

    #[test]
    fn posts_and_relations_count_as_long_as_they_last() {
        let post = |from, until| {
            let kind = TieKind::Post {
                post: "书记".to_owned(),
                from,
                until,
            };
            ground(&with(kind, "/1/4/"), "/1/4/", "/1/", day(2026, 3, 2))
        };
        let relation = |kind, until| {
            let kind = TieKind::Relation { kind, until };
            ground(&with(kind, "/1/4/"), "/1/4/", "/1/", day(2026, 3, 2))
        };
        assert_eq!(
            post(day(2020, 1, 1), None).unwrap().reason,
            "在某支部任书记"
        );
        let former = post(day(2020, 1, 1), Some(day(2023, 3, 2))).unwrap();
        assert_eq!(former.reason, "三年内曾在某支部任书记");
        assert_eq!(former.cause, RecusalCause::Post);
        assert_eq!(post(day(2020, 1, 1), Some(day(2023, 3, 1))), None);
        assert_eq!(post(day(2026, 3, 3), None), None, "not begun yet");
        assert!(relation(RelationKind::Kin, None).is_some());
        assert_eq!(relation(RelationKind::Mentor, Some(day(2026, 3, 1))), None);
        assert!(relation(RelationKind::Mentor, Some(day(2026, 3, 2))).is_some());
        assert!(relation(RelationKind::FormerPost, Some(day(2023, 3, 2))).is_some());
        assert_eq!(
            relation(RelationKind::FormerPost, Some(day(2023, 3, 1))),
            None
        );
    }

    #[test]
    fn the_gravest_ground_is_the_one_that_is_named() {
        let mut interests = with(
            TieKind::Relation {
                kind: RelationKind::Kin,
                until: None,
            },
            "/1/4/",
        );
        interests.ties.extend(with(TieKind::Own, "/1/4/").ties);
        let found = ground(&interests, "/1/4/", "/1/", day(2026, 3, 2)).unwrap();
        assert_eq!(found.cause, RecusalCause::OwnOrganization);
    }

    proptest! {
        /// Being tied is mutual between two places below the committee, and never reaches from one branch to another.
        #[test]
        fn touching_is_mutual_below_the_committee(a in 2u8..6, b in 2u8..6, deep in any::<bool>()) {
            let one = format!("/1/{a}/");
            let other = if deep { format!("/1/{b}/9/") } else { format!("/1/{b}/") };
            prop_assert_eq!(touches(&one, &other, "/1/"), touches(&other, &one, "/1/"));
            prop_assert_eq!(touches(&one, &other, "/1/"), a == b);
        }
    }
}
