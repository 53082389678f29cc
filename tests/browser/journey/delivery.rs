//! From the signatures to what others see.

use super::*;

impl Journey<'_> {
    pub(super) fn sign(&self) -> String {
        let tab = self.act_as("yunwei.sj");
        tab.go("/contracts");
        let contract = tab.run(
            "return document.querySelector('main table a[href^=\"/contracts/\"]').getAttribute('href')",
            Vec::new(),
        );
        let contract = contract.as_str().unwrap().to_owned();
        let tab = self.act_as("secretary");
        tab.go(&contract);
        tab.badge("待乙方签署");
        // The committee signs second, and it says so.
        tab.sees("乙方尚未签署，甲方不能先签");
        let tab = self.act_as("yunwei.sj");
        tab.go(&contract);
        tab.fill("password", PASSWORD);
        tab.submit(&format!("{contract}/sign"));
        let tab = self.act_as("secretary");
        tab.go(&contract);
        tab.fill("password", PASSWORD);
        tab.submit(&format!("{contract}/sign"));
        tab.badge("履行中");
        tab.sees("内容完整");
        tab.fits();
        tab.shot("journey-contract");
        let project = tab.run(
            "return document.querySelector('main a[href^=\"/projects/\"]').getAttribute('href')",
            Vec::new(),
        );
        project.as_str().unwrap().to_owned()
    }

    pub(super) fn step(&self, project: &str, step: &str) {
        let page = format!("{project}?step={step}");
        let tab = self.act_as("yunwei.sj");
        tab.go(&page);
        tab.fill("evidence", "已按计划完成，成效见说明。");
        tab.follow("提交");
        let tab = self.act_as("office");
        tab.go(&page);
        tab.follow("通过");
        tab.go(&page);
        tab.sees("已通过");
    }

    pub(super) fn accept(&self, project: &str) {
        let tab = self.act_as("office");
        tab.go(project);
        tab.follow("开始验收");
        let chair = tab.run(
            "const boxes = [...document.querySelectorAll('input[name=\"reviewers[]\"]')].slice(0, 3);
            boxes.forEach(box => box.click()); return boxes[0].value",
            Vec::new(),
        );
        tab.fill("chair", chair.as_str().unwrap());
        tab.fill("eligible_voters", "5");
        tab.fill("questions[0][body]", "工作更规范了");
        tab.fill("questions[0][kind]", "likert");
        tab.submit_main();
        let acceptance = tab.place();
        let tab = self.act_as("supervisor");
        tab.go(&acceptance);
        tab.fill("counted_voters", "5");
        tab.submit(&format!("{acceptance}/confirm_voters"));
        let tab = self.act_as("office");
        let mut codes: Vec<String> = Vec::new();
        for (kind, count) in [("ballot", "3"), ("questionnaire", "2")] {
            tab.go(&acceptance);
            tab.fill("kind", kind);
            tab.fill("count", count);
            tab.fill("present[0][password]", PASSWORD);
            tab.follow("生成投票码");
            let text = tab.text();
            for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
                let groups: Vec<&str> = word.split('-').collect();
                let code = groups.len() >= 2
                    && groups.iter().all(|g| {
                        g.len() == 4
                            && g.chars()
                                .all(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
                    });
                if code && !codes.iter().any(|known| known == word) {
                    codes.push(word.to_owned());
                }
            }
        }
        assert_eq!(codes.len(), 5, "{codes:?}");
        tab.leave();
        tab.phone(true);
        for code in &codes {
            tab.go(&format!("/vote/{code}"));
            tab.fits();
            tab.run(
                "const names = new Set([...document.querySelectorAll('input[type=radio]')].map(r => r.name));
                for (const name of names) {
                  const choices = [...document.getElementsByName(name)];
                  (name === 'choice' ? choices[0] : choices[choices.length - 1]).click();
                }",
                Vec::new(),
            );
            tab.submit_main();
            tab.sees("回执");
            tab.fits();
        }
        tab.phone(false);
        let mut sheets = 0;
        for n in 1..=7 {
            let tab = self.act_as(&format!("reviewer{n}"));
            tab.go(&acceptance);
            let sheet = tab.run(
                "const a = document.querySelector('main a[href*=\"/score\"]'); return a ? a.getAttribute('href') : ''",
                Vec::new(),
            );
            let sheet = sheet.as_str().unwrap_or_default();
            if !sheet.starts_with(&acceptance) {
                continue;
            }
            tab.go(sheet);
            tab.run(
                "for (const mark of document.querySelectorAll('input[type=number][data-mark]')) mark.value = String(Number(mark.max) * 0.9)",
                Vec::new(),
            );
            tab.submit_main();
            sheets += 1;
        }
        assert_eq!(sheets, 3, "the panel's sheets");
        let tab = self.act_as("office");
        tab.go(&acceptance);
        tab.fill("openers[0][password]", PASSWORD);
        tab.fill("openers[1][password]", PASSWORD);
        tab.submit(&format!("{acceptance}/close"));
        let tab = self.act_as("secretary");
        tab.go(&acceptance);
        tab.submit(&format!("{acceptance}/decide"));
        tab.badge("优秀");
        tab.shot("journey-acceptance");
    }

    pub(super) fn show(&self, project: &str) {
        let tab = self.act_as("yunwei.sj");
        tab.go(&format!("{project}/case"));
        for field in ["title", "establish", "solve", "brand", "model"] {
            tab.fill(&format!("text[{field}]"), &format!("走查案例之{field}"));
        }
        tab.submit_main();
        tab.badge("待发布");
        let case = tab.place();
        let tab = self.act_as("office");
        tab.go(&case);
        tab.follow("发布");
        tab.sees("2026年4月1日发布");
        tab.go(project);
        tab.follow("推荐示范点");
        for field in ["name", "place", "premises", "content", "feature"] {
            tab.fill(field, &format!("走查示范点之{field}"));
        }
        tab.submit_main();
        let site = tab.place();
        let tab = self.act_as("secretary");
        tab.go(&site);
        tab.fill("stars", "3");
        tab.follow("命名");
        tab.leave();
        tab.go("/sites");
        tab.sees("走查示范点之name");
        tab.shot("journey-sites");
        tab.go("/cases");
        tab.sees("走查案例之title");
    }
}
