//! What holds of organizations, accounts and roles. Pure.

use std::collections::{HashMap, HashSet};

use super::{Organization, OrganizationKind};
use crate::error::Refusal;
use crate::ids::OrganizationId;
use crate::who::Role;

/// The code of what one administrator began and another has to end.
pub const SECOND_PERSON: &str = "second_person_required";
pub const INCOMPATIBLE_ADMINISTRATORS: &str = "three_administrators_apart";
pub const SUPERVISOR_APART: &str = "supervisor_apart";

/// The code of what a disabled organization does not begin, submit or sign any more.
pub const DISABLED: &str = "organization_disabled";

/// Days for which whoever made an account, or set its password anew, grants it nothing alone.
pub const OWN_ACCOUNT_DAYS: i64 = 30;

/// Whether an organization may stand directly under another.
pub fn may_hold(above: OrganizationKind, below: OrganizationKind) -> bool {
    use OrganizationKind::{Branch, Committee, Department, GeneralBranch, Group, Union, Youth};
    match above {
        Committee => true,
        GeneralBranch => matches!(below, Branch | Group),
        Branch => below == Group,
        Group => false,
        Department | Union | Youth => below == above,
    }
}

/// A department is in charge of what others do: nobody drafts or signs for it.
pub fn may_act(role: Role, at: OrganizationKind) -> Result<(), Refusal> {
    match (role, at) {
        (Role::Applicant | Role::BranchSecretary, OrganizationKind::Department) => Err(
            Refusal::new("department_bids_not", "部门不申报，不设申报人和书记。")
                .remedy("请在党支部、工会或团组织授予。"),
        ),
        (_, _) => Ok(()),
    }
}

/// A disabled organization begins, submits and signs nothing new.
pub fn in_use(organization: &Organization, successor: Option<&str>) -> Result<(), Refusal> {
    match (organization.disabled, successor) {
        (false, _) => Ok(()),
        (true, None) => Err(disabled(&organization.short_name)),
        (true, Some(successor)) => {
            let name = &organization.short_name;
            let reason = format!("{name}已并入{successor}，不再申报和签署。");
            Err(Refusal::new(DISABLED, reason).remedy(format!("请由{successor}办理。")))
        }
    }
}

/// Why an organization of this name does nothing new, and what would change it.
pub fn disabled(name: &str) -> Refusal {
    Refusal::new(DISABLED, format!("{name}已停用，不再申报和签署。"))
        .remedy("仍要办理的，请系统管理员先启用这个组织。")
}

/// A role at a place.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    pub role: Role,
    /// Of the organization it is held at.
    pub committee: OrganizationId,
    pub path: &'a str,
}

/// Why nobody may hold both roles, if so: the three administrators are kept apart from each other and from business, and
/// whoever supervises a committee does none of its business.
pub fn incompatible(held: Post, wanted: Post) -> Option<Refusal> {
    administrators_apart(held.role, wanted.role).or_else(|| supervisor_apart(held, wanted))
}

fn administrators_apart(held: Role, wanted: Role) -> Option<Refusal> {
    if held == wanted || !(held.is_administrator() || wanted.is_administrator()) {
        return None;
    }
    let reason = if held.is_administrator() && wanted.is_administrator() {
        format!(
            "三员分立：已是{}，不能再任{}。",
            held.label(),
            wanted.label()
        )
    } else {
        format!(
            "三员不兼业务：{}和{}不能由同一账号担任。",
            held.label(),
            wanted.label()
        )
    };
    Some(
        Refusal::new(INCOMPATIBLE_ADMINISTRATORS, reason)
            .remedy("请授予另一个账号，或先收回原有角色。"),
    )
}

/// In the same committee, or where one of the two covers the other's place.
fn supervisor_apart(held: Post, wanted: Post) -> Option<Refusal> {
    let one = (held.role == Role::Supervisor) != (wanted.role == Role::Supervisor);
    let near = held.committee == wanted.committee
        || held.path.starts_with(wanted.path)
        || wanted.path.starts_with(held.path);
    (one && near).then(|| {
        let reason = format!(
            "督导员不兼业务：在同一党委，{}和{}不能由同一人担任。",
            held.role.label(),
            wanted.role.label()
        );
        Refusal::new(SUPERVISOR_APART, reason).remedy("请授予另一个账号，或先收回原有角色。")
    })
}

/// `/1/5/7/` → `/1/`, `/1/5/`, `/1/5/7/`.
pub fn path_and_above(path: &str) -> Vec<String> {
    path.char_indices()
        .skip(1)
        .filter(|(_, letter)| *letter == '/')
        .filter_map(|(at, _)| path.get(..=at).map(str::to_owned))
        .collect()
}

/// Paths without those that lie below another.
pub fn outermost(mut paths: Vec<String>) -> Vec<String> {
    paths.sort_by_key(String::len);
    let mut kept: Vec<String> = Vec::new();
    for path in paths {
        if !kept.iter().any(|above| path.starts_with(above)) {
            kept.push(path);
        }
    }
    kept
}

/// Organizations in the order of the tree, siblings by position, each with its depth below the outermost ones.
pub fn in_order(rows: Vec<Organization>) -> Vec<(usize, Organization)> {
    let known: HashSet<OrganizationId> = rows.iter().map(|row| row.id).collect();
    let mut below: HashMap<Option<OrganizationId>, Vec<Organization>> = HashMap::new();
    for row in rows {
        let above = row.parent_id.filter(|above| known.contains(above));
        below.entry(above).or_default().push(row);
    }
    for siblings in below.values_mut() {
        siblings.sort_by_key(|row| (std::cmp::Reverse(row.position), row.id));
    }
    let mut ordered = Vec::new();
    let mut waiting: Vec<(usize, Organization)> = below
        .remove(&None)
        .unwrap_or_default()
        .into_iter()
        .map(|row| (0, row))
        .collect();
    while let Some((depth, row)) = waiting.pop() {
        let children = below.remove(&Some(row.id)).unwrap_or_default();
        waiting.extend(children.into_iter().map(|child| (depth + 1, child)));
        ordered.push((depth, row));
    }
    ordered
}

/// What is wrong with a username, or nothing.
pub fn username_fault(username: &str) -> Option<&'static str> {
    let plain = username
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-'));
    (!plain).then_some("用户名只用小写字母、数字和 . _ -。")
}

/// What is wrong with a code or a staff number as it is kept, or nothing.
pub fn code_fault(code: &str) -> Option<&'static str> {
    let plain = code
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
    (!plain || code.is_empty() || code.len() > 32)
        .then_some("只用字母、数字和 . _ -，不超过 32 个。")
}

/// What is wrong with how a name is read, or nothing: a syllable a letter, its tone behind it or not.
pub fn reading_fault(reading: &str, name: &str) -> Option<&'static str> {
    let syllable = |word: &str| {
        let letters = word.trim_end_matches(|c: char| ('1'..='5').contains(&c));
        !letters.is_empty() && letters.chars().all(|c| c.is_ascii_lowercase() || c == 'ü')
    };
    let words: Vec<&str> = reading.split_whitespace().collect();
    let sound = words.len() == name.chars().count() && words.into_iter().all(syllable);
    (!sound).then_some("一个字一个音节，用空格分开，声调可写在后面，如 shan4 xiong2 xin4。")
}

/// What is wrong with a number to call, or nothing.
pub fn phone_fault(phone: &str) -> Option<&'static str> {
    let dialled = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')');
    let plain = phone.chars().all(dialled) && phone.chars().any(|c| c.is_ascii_digit());
    (!plain).then_some("电话只用数字和 + - ( )。")
}

/// What is wrong with a mail address, or nothing.
pub fn mail_fault(mail: &str) -> Option<&'static str> {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_graphic());
    let sound = mail.split_once('@').is_some_and(|(name, host)| {
        plain(name) && plain(host) && !host.contains('@') && host.contains('.')
    });
    (!sound).then_some("邮箱写成“名字@域名”。")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(role: Role, committee: i64, path: &str) -> Post<'_> {
        Post {
            role,
            committee: OrganizationId(committee),
            path,
        }
    }

    #[test]
    fn the_three_administrators_and_the_supervisor_are_apart() {
        for held in Role::ALL {
            for wanted in Role::ALL {
                let apart = held != wanted
                    && (held.is_administrator()
                        || wanted.is_administrator()
                        || *held == Role::Supervisor
                        || *wanted == Role::Supervisor);
                let found = incompatible(post(*held, 1, "/1/5/"), post(*wanted, 1, "/1/7/"));
                assert_eq!(found.is_some(), apart, "{held} {wanted}");
            }
        }
    }

    #[test]
    fn a_supervisor_has_business_elsewhere_alone() {
        let supervises = post(Role::Supervisor, 5, "/1/5/");
        for (office, apart) in [
            (post(Role::Office, 1, "/1/"), true),
            (post(Role::Office, 8, "/1/5/8/"), true),
            (post(Role::Reviewer, 5, "/1/5/9/"), true),
            (post(Role::Reviewer, 6, "/1/6/"), false),
        ] {
            assert_eq!(
                incompatible(supervises, office).is_some(),
                apart,
                "{office:?}"
            );
            assert_eq!(
                incompatible(office, supervises).is_some(),
                apart,
                "{office:?}"
            );
        }
    }

    #[test]
    fn organizations_stand_in_their_order() {
        use OrganizationKind::*;
        for (above, below, fits) in [
            (Committee, Committee, true),
            (Committee, Branch, true),
            (GeneralBranch, Branch, true),
            (GeneralBranch, Committee, false),
            (Branch, Group, true),
            (Branch, Branch, false),
            (Group, Group, false),
            (Committee, Union, true),
            (Department, Department, true),
            (Department, Branch, false),
            (Union, Youth, false),
            (Branch, Youth, false),
        ] {
            assert_eq!(may_hold(above, below), fits, "{above} {below}");
        }
    }

    #[test]
    fn a_path_names_everything_above_it() {
        assert_eq!(path_and_above("/1/5/7/"), ["/1/", "/1/5/", "/1/5/7/"]);
        assert_eq!(path_and_above("/1/"), ["/1/"]);
    }

    #[test]
    fn the_outermost_paths_cover_the_others() {
        let paths = ["/1/5/", "/1/", "/2/7/", "/2/7/"]
            .map(str::to_owned)
            .to_vec();
        assert_eq!(outermost(paths), ["/1/", "/2/7/"]);
    }

    #[test]
    fn names_of_accounts_are_plain() {
        assert!(username_fault("yunwei.sj").is_none());
        assert!(username_fault("Yunwei").is_some());
        assert!(code_fault("TX-YW").is_none());
        assert!(code_fault("唐县").is_some());
        assert!(reading_fault("shan4 xiong xin4", "单雄信").is_none());
        for wrong in ["shan4", "shan4 xiong xin 4", "单 雄 信", "shan4 xiong xin9"] {
            assert!(reading_fault(wrong, "单雄信").is_some(), "{wrong}");
        }
        for (phone, sound) in [
            ("0312-6412345", true),
            ("+86 139 0000 0000", true),
            ("无", false),
            ("-", false),
        ] {
            assert_eq!(phone_fault(phone).is_none(), sound, "{phone}");
        }
        for (mail, sound) in [
            ("a.b@tx.example", true),
            ("a@b", false),
            ("a b@c.d", false),
            ("a@b@c.d", false),
            ("@c.d", false),
        ] {
            assert_eq!(mail_fault(mail).is_none(), sound, "{mail}");
        }
    }
}
