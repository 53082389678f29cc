//! What others copy: cases, demonstration sites, replications.

use serde_json::{Value, json};

use super::{Actor, Subject};
use crate::support::Answer;

/// A case with all four parts.
pub fn case_text() -> Value {
    json!({
        "title": "把安全责任落到每一张工作票上",
        "establish": "起因是违章集中在青年职工。",
        "solve": "违章率由3.1‰降到1.8‰。",
        "brand": "“365”取自三星、六力、五级，成品100%合格。",
        "model": "先找准人群，再写成能观察的行为。",
    })
}

/// A site of this project with nothing missing.
pub fn site_body(project: impl Subject) -> Value {
    json!({
        "project_id": project.subject_id(),
        "name": "平安“365”党建示范点",
        "place": "综合楼二层",
        "premises": "学习室改造，约60平方米。",
        "content": "展示三星评选的表样。",
        "feature": "用的是真实工作票。",
    })
}

impl Actor<'_> {
    pub fn writes_case(&self, project: impl Subject) -> Answer {
        let body = json!({ "project_id": project.subject_id(), "text": case_text() });
        self.does("/cases", body)
    }

    pub fn publishes_case(&self, case: impl Subject) -> Answer {
        self.plainly(&format!("/cases/{}/publish", case.subject_id()))
    }

    pub fn nominates(&self, project: impl Subject) -> Answer {
        self.does("/sites", site_body(project))
    }

    pub fn names(&self, site: impl Subject, stars: i64) -> Answer {
        let path = format!("/sites/{}/name", site.subject_id());
        self.does(&path, json!({ "stars": stars }))
    }

    pub fn adopts(&self, site: impl Subject, adapted: &str) -> Answer {
        self.does(
            "/replications",
            json!({ "site_id": site.subject_id(), "adapted": adapted }),
        )
    }

    pub fn tells_effect(&self, replication: impl Subject, effect: &str) -> Answer {
        self.does(
            &format!("/replications/{}/report", replication.subject_id()),
            json!({ "effect": effect }),
        )
    }

    pub fn confirms(&self, replication: impl Subject) -> Answer {
        self.plainly(&format!(
            "/replications/{}/confirm",
            replication.subject_id()
        ))
    }
}
