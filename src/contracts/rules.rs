//! Pure rules of a contract: its states, its number, and, in [`plan`], its schedule.

mod plan;

pub use plan::{PlanFault, misfits, plan_faults, schedule};

use chrono::NaiveDate;

use super::ContractState;
use crate::clock::show_date;
use crate::error::Refusal;
use crate::rounds::RoundState;

/// What can be done to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    SignB,
    SignA,
    Amend,
    Terminate,
    Fulfil,
}

impl Action {
    pub const ALL: [Self; 5] = [
        Self::SignB,
        Self::SignA,
        Self::Amend,
        Self::Terminate,
        Self::Fulfil,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignB => "sign_b",
            Self::SignA => "sign_a",
            Self::Amend => "amend",
            Self::Terminate => "terminate",
            Self::Fulfil => "fulfil",
        }
    }
}

/// Names for the words of a refusal.
#[derive(Debug, Clone)]
pub struct Facts {
    /// 乙方.
    pub organization: String,
    /// 甲方.
    pub committee: String,
}

/// The state after the action, or why not and who would change that.
pub fn next(state: ContractState, action: Action, facts: &Facts) -> Result<ContractState, Refusal> {
    use Action::{Amend, Fulfil, SignA, SignB, Terminate};
    use ContractState::{Draft, Fulfilled, InForce, SignedByB, Terminated};
    let b = format!("{}的支部书记", facts.organization);
    let a = format!("{}的党委书记", facts.committee);
    match (state, action) {
        (Draft, SignB) => Ok(SignedByB),
        (Draft, SignA) => Err(
            Refusal::new("b_signs_first", "乙方尚未签署，甲方不能先签。")
                .remedy(format!("请先由{b}签署。")),
        ),
        (SignedByB, SignA) => Ok(InForce),
        (SignedByB, SignB) => {
            Err(Refusal::new("already_signed", "乙方已经签署。")
                .remedy(format!("接下来由{a}签署。")))
        }
        (InForce, SignA | SignB) => Err(Refusal::new(
            "already_in_force",
            "双方都已签署，合同正在履行。",
        )
        .remedy("内容需要变更时，请党委党建部办理合同变更。")),
        (Draft | SignedByB | InForce, Amend) => Ok(Draft),
        (Draft | SignedByB | InForce, Terminate) => Ok(Terminated),
        (Draft, Fulfil) => Err(not_in_force(&b)),
        (SignedByB, Fulfil) => Err(not_in_force(&a)),
        (InForce, Fulfil) => Ok(Fulfilled),
        (Terminated | Fulfilled, SignB | SignA | Amend | Terminate | Fulfil) => Err(Refusal::new(
            "contract_ended",
            format!("这份合同{}，不能再改动。", state.label()),
        )),
    }
}

fn not_in_force(who: &str) -> Refusal {
    Refusal::new("not_in_force", "合同的现行文本还没有双方签署，不能办结。")
        .remedy(format!("请先由{who}签署。"))
}

/// `党建合〔2026〕12号`
pub fn number(year: i64, serial: i64) -> String {
    format!("党建合〔{year}〕{serial}号")
}

/// Why no contract can be drafted from this round yet, or nothing.
pub fn may_draft(
    state: RoundState,
    publicity_until: Option<NaiveDate>,
    open_objections: i64,
) -> Result<(), Refusal> {
    if open_objections > 0 && matches!(state, RoundState::Publicized | RoundState::Concluded) {
        return Err(Refusal::new(
            "objection_open",
            format!("还有 {open_objections} 件异议没有办结，不能起草合同。"),
        )
        .remedy("请党委党建部先答复异议。"));
    }
    match state {
        RoundState::Concluded => Ok(()),
        RoundState::Publicized => {
            let until = publicity_until.map(show_date).unwrap_or_default();
            Err(Refusal::new(
                "round_not_concluded",
                format!("公示期到{until}才届满，届满前不能起草合同。"),
            )
            .remedy("公示期满且无未办结异议后，请党委党建部办结批次，再起草合同。"))
        }
        RoundState::Cancelled => Err(Refusal::new(
            "round_cancelled",
            "这个批次已取消，没有可签的合同。",
        )),
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided => Err(Refusal::new(
            "round_not_concluded",
            format!("这个批次还在“{}”，不能起草合同。", state.label()),
        )
        .remedy("须经党委书记决定，由党建部公示、期满后办结批次。")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            organization: "运维党支部".into(),
            committee: "公司党委".into(),
        }
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_state_meets_every_action_and_the_doc_shows_it() {
        let mut table = String::from("//! | state |");
        for action in Action::ALL {
            table += &format!(" {} |", action.as_str());
        }
        table += "\n//! |---|---|---|---|---|---|\n";
        for state in ContractState::ALL {
            table += &format!("//! | {state} |");
            for action in Action::ALL {
                let cell = match next(*state, action, &facts()) {
                    Ok(state) => state.as_str(),
                    Err(refusal) => refusal.code,
                };
                table += &format!(" {cell} |");
            }
            table += "\n";
        }
        println!("{table}");
        assert!(
            include_str!("mod.rs").contains(&table),
            "mod.rs should show:\n{table}"
        );
    }

    #[test]
    fn nothing_leaves_a_final_state() {
        for state in [ContractState::Terminated, ContractState::Fulfilled] {
            for action in Action::ALL {
                assert!(next(state, action, &facts()).is_err());
            }
        }
    }

    #[test]
    fn drafting_waits_for_the_publicity_and_for_objections() {
        let until = Some(date("2026-02-25"));
        let early = may_draft(RoundState::Publicized, until, 0).unwrap_err();
        assert_eq!(early.code, "round_not_concluded");
        assert!(early.reason.contains("2026年2月25日才届满"));
        assert_eq!(
            may_draft(RoundState::Concluded, until, 1).unwrap_err().code,
            "objection_open"
        );
        assert!(may_draft(RoundState::Concluded, until, 0).is_ok());
        for state in RoundState::ALL {
            assert_eq!(
                may_draft(*state, until, 0).is_ok(),
                *state == RoundState::Concluded,
                "{state}"
            );
        }
    }

    #[test]
    fn a_number_reads_like_an_official_papers() {
        assert_eq!(number(2026, 12), "党建合〔2026〕12号");
    }
}
