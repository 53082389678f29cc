/* Biaogan 标杆 — everything here is an extra: each page works without it. ES2018, no dependencies. */
(function () {
  'use strict';
  var PREFIX = 'biaogan:', KEEP_MS = 30 * 864e5;
  function all(sel, root) { return Array.prototype.slice.call((root || document).querySelectorAll(sel)); }
  function el(tag, cls, text) { var e = document.createElement(tag); if (cls) e.className = cls; if (text) e.textContent = text; return e; }
  function clock(ms) { var d = new Date(ms); return ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2); }
  var store = {
    get: function (k) { try { return JSON.parse(localStorage.getItem(PREFIX + k)); } catch (e) { return null; } },
    set: function (k, v) { try { localStorage.setItem(PREFIX + k, JSON.stringify(v)); return true; } catch (e) { return false; } },
    del: function (k) { try { localStorage.removeItem(PREFIX + k); } catch (e) { /* private mode */ } },
    of: function (who) { try { return Object.keys(localStorage).filter(function (k) { return k.indexOf(PREFIX + who + '|') === 0; }).map(function (k) { return k.slice(PREFIX.length); }); } catch (e) { return []; } }
  };
  function me() { return document.documentElement.getAttribute('data-actor') || ''; }
  /* A copy that was on its way when its page went: it arrived if the server holds a newer version saved by the same person. */
  function arrived(copy, version, by) { return copy.sent && Number(version) > Number(copy.version) && (by === null || by === me()); }

  /* ---- what a form holds, as pairs; files and secrets stay out ---- */
  function pairs(form) {
    var out = [];
    all('input,select,textarea', form).forEach(function (i) {
      if (!i.name || i.disabled || i.type === 'file' || i.type === 'password' || i.type === 'submit') return;
      if ((i.type === 'checkbox' || i.type === 'radio') && !i.checked) return;
      if (i.tagName === 'SELECT' && i.multiple) { all('option', i).forEach(function (o) { if (o.selected) out.push([i.name, o.value]); }); return; }
      out.push([i.name, i.value]);
    });
    return out;
  }
  function own(name) { return name === 'csrf' || name === 'once' || name === 'version'; } // the page's, not the writer's
  function content(form) { return JSON.stringify(pairs(form).filter(function (p) { return !own(p[0]); })); }
  function fill(form, list) {
    var left = list.slice();
    all('input,select,textarea', form).forEach(function (i) {
      if (!i.name || own(i.name) || i.type === 'file' || i.type === 'password' || i.type === 'submit') return;
      if (i.type === 'checkbox' || i.type === 'radio') {
        i.checked = list.some(function (p) { return p[0] === i.name && p[1] === i.value; });
      } else {
        for (var n = 0; n < left.length; n++) if (left[n][0] === i.name) { i.value = left[n][1]; left.splice(n, 1); break; }
      }
      i.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }

  /* ---- (a) autosave ---- */
  function autosave(form) {
    var url = form.getAttribute('data-autosave'), who = me();
    var key = who + '|' + url, timer = 0, retry = 0, wait = 4000, inFlight = null, blocked = false, leaving = false;
    var states = all('[data-save-state]', form).concat(all('[data-save-state]').filter(function (s) { return !form.contains(s); }));
    var saved = content(form), version = form.querySelector('input[name=version]');
    states.forEach(function (s) { s.setAttribute('aria-live', 'polite'); s.setAttribute('role', 'status'); });
    function say(text, tone, href, link) {
      states.forEach(function (s) {
        s.textContent = text; s.classList.remove('ok', 'bad'); if (tone) s.classList.add(tone);
        if (href) { var a = el('a', '', link); a.href = href; s.appendChild(document.createTextNode(' ')); s.appendChild(a); }
      });
    }
    function dirty() { return content(form) !== saved; }
    function keep(extra) { return store.set(key, Object.assign({ at: Date.now(), version: version ? version.value : '', data: JSON.parse(content(form)) }, extra || {})); }
    function body() { var b = new URLSearchParams(); pairs(form).forEach(function (p) { b.append(p[0], p[1]); }); return b; }
    function failed(text) {
      var kept = keep();
      say(kept ? text : '没有保存成功，请不要关闭此页，稍后会再试', 'bad');
      clearTimeout(retry); retry = setTimeout(function () { save(false); }, wait); wait = Math.min(wait * 2, 60000);
    }
    function save(last) {
      clearTimeout(timer);
      if (leaving || !dirty()) return Promise.resolve();
      if (blocked) { keep(); return Promise.resolve(); }
      if (inFlight) { keep(); return inFlight; }
      var now = content(form), b = body();
      keep({ sent: true }); // until the answer is here: a machine may stop at any moment
      if (last) {
        if (!('keepalive' in Request.prototype) && navigator.sendBeacon) { navigator.sendBeacon(url, b); return Promise.resolve(); }
      }
      say('正在保存…');
      var opt = { method: 'POST', body: b, credentials: 'same-origin', headers: { Accept: 'application/json' } };
      if (last && b.toString().length < 60000) opt.keepalive = true;
      inFlight = fetch(url, opt).then(function (r) {
        return r.json().catch(function () { return {}; }).then(function (j) {
          inFlight = null;
          if (r.ok && (j.saved_at || j.version !== undefined)) {
            saved = now; wait = 4000; clearTimeout(retry); store.del(key);
            if (version && j.version !== undefined) version.value = j.version;
            say('已自动保存 ' + (j.saved_at || clock(Date.now())) + (j.note ? '。' + j.note : ''), j.note ? 'bad' : 'ok');
            if (dirty()) later();
          } else if (r.status === 409 && (!j.code || j.code === 'version_conflict')) {
            blocked = true; keep();
            say('别人刚改过这一份，您的内容已暂存在本机。', 'bad', j.conflict || form.getAttribute('data-conflict') || location.href, '看两份的不同');
          } else if (r.status === 403 && j.code === 'csrf') {
            blocked = true; keep();
            say('登录已换过，内容暂存在本机，重新打开这一页可以恢复。', 'bad', location.pathname + location.search, '重新打开');
          } else if (r.status === 401 || r.redirected) {
            blocked = true; keep();
            say('登录已失效，内容暂存在本机，登录后可以恢复。', 'bad', '/login?next=' + encodeURIComponent(location.pathname + location.search), '去登录');
          } else if (r.status === 403 || r.status === 404 || r.status === 409 || r.status === 410) {
            blocked = true; keep();
            say((j.detail || '这一份现在不能再改') + '。内容暂存在本机。', 'bad');
          } else if (r.status === 422 || r.status === 400) {
            keep(); say((j.detail || '有一处填写不对，还没有保存') + '。改好后会再存。', 'bad');
          } else { failed('没有保存成功，内容暂存在本机，联网后会再试'); }
        });
      }).catch(function () { inFlight = null; failed('没有保存成功，内容暂存在本机，联网后会再试'); });
      return inFlight;
    }
    function later() { clearTimeout(timer); timer = setTimeout(function () { save(false); }, 1500); }
    form.addEventListener('input', later);
    form.addEventListener('change', later);
    document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'hidden') save(true); });
    window.addEventListener('pagehide', function () { save(true); });
    window.addEventListener('online', function () { wait = 4000; save(false); });
    form.addEventListener('submit', function (e) {
      clearTimeout(timer); clearTimeout(retry);
      if (inFlight) { // let the running save finish, else the submit meets its own version
        var b = e.submitter || document.activeElement;
        e.preventDefault(); e.stopImmediatePropagation();
        inFlight.then(function () { if (b && b.form === form && b.type === 'submit') b.click(); else if (form.requestSubmit) form.requestSubmit(); else form.submit(); });
        return;
      }
      leaving = true; if (dirty() || store.get(key)) keep({ sent: true });
    });
    window.addEventListener('pageshow', function () { leaving = false; });
    var copy = store.get(key);
    if (copy) {
      var serverNewer = version && Number(version.value) > Number(copy.version);
      if (Date.now() - copy.at > KEEP_MS || version && arrived(copy, version.value, form.getAttribute('data-saved-by')) || JSON.stringify(copy.data) === saved) { store.del(key); return; }
      var bar = el('div', 'autosave-offer'); bar.setAttribute('role', 'status');
      var day = new Date(copy.at);
      bar.appendChild(el('span', '', '本机有一份 ' + (day.getMonth() + 1) + '月' + day.getDate() + '日 ' + clock(copy.at) + ' 没有存上的内容' + (serverNewer ? '，之后服务器上又有改动' : '') + '。'));
      var yes = el('button', 'btn quiet', '恢复未保存的内容'), no = el('button', 'linkbtn', '不要了');
      yes.type = no.type = 'button';
      yes.addEventListener('click', function () { fill(form, copy.data); bar.remove(); later(); });
      no.addEventListener('click', function () { store.del(key); bar.remove(); });
      bar.appendChild(yes);
      var compare = form.getAttribute('data-compare');
      if (compare) {
        var look = el('button', 'linkbtn', '看与已保存的有什么不同'); look.type = 'button';
        look.addEventListener('click', function () {
          var f = el('form'), token = form.querySelector('input[name=csrf]');
          f.method = 'post'; f.action = compare; f.setAttribute('data-noguard', '');
          copy.data.concat([['csrf', token ? token.value : ''], ['version', version ? version.value : ''], ['act', 'compare']]).forEach(function (p) {
            var i = el('input'); i.type = 'hidden'; i.name = p[0]; i.value = p[1]; f.appendChild(i);
          });
          document.body.appendChild(f); leaving = true; f.submit();
        });
        bar.appendChild(look);
      }
      bar.appendChild(no);
      form.insertBefore(bar, form.firstChild);
    }
  }

  /* ---- (b) scoring: running total, range and number together, when a reason is due ---- */
  function hundredths(text) { var m = /^\s*(\d{1,6})(?:\.(\d{0,2}))?\s*$/.exec(text); return m ? Number(m[1]) * 100 + Number(((m[2] || '') + '00').slice(0, 2)) : null; }
  function shown(h) { return (h / 100).toFixed(2); }
  function scoring(form) {
    var marks = all('input[data-mark]', form);
    function update() {
      var sum = 0, left = 0;
      marks.forEach(function (m) {
        var h = hundredths(m.value), full = hundredths(m.getAttribute('data-full') || m.max), box = m.closest('.mk'), need = '';
        if (h === null) left++; else {
          sum += h;
          if (full && h > full) need = '超过了满分 ' + (full / 100);
          else if (full && h * 100 < full * 60) need = '低于满分的 60%，请写理由';
          else if (full && h * 100 > full * 95) need = '高于满分的 95%，请写理由';
        }
        if (!box) return;
        var d = box.querySelector('details'), note = box.querySelector('[data-why]'), area = box.querySelector('textarea');
        box.classList.toggle('need', !!need && !(area && area.value.trim()));
        if (note) note.textContent = need || note.getAttribute('data-why');
        if (area) { if (need) area.setAttribute('aria-required', 'true'); else area.removeAttribute('aria-required'); }
        // A first digit is always low: the reason is asked for once the number is whole.
        if (d && need && document.activeElement !== m) d.open = true;
      });
      all('[data-total]', form).forEach(function (t) { t.textContent = shown(sum); });
      all('[data-left]', form).forEach(function (t) { t.textContent = left ? '还差 ' + left + ' 项' : ''; });
      all('.total', form).forEach(function (t) { t.classList.toggle('lack', left > 0); });
    }
    marks.forEach(function (m) {
      var r = document.getElementById(m.id + '-range');
      if (r) {
        r.hidden = false; r.value = m.value || 0;
        r.addEventListener('input', function () { m.value = Number(r.value).toFixed(Number(r.step) % 1 ? 1 : 0); m.dispatchEvent(new Event('input', { bubbles: true })); });
        m.addEventListener('input', function () { if (document.activeElement !== r) r.value = m.value || 0; });
      }
      m.addEventListener('wheel', function () { m.blur(); }, { passive: true }); // a scroll must not change a mark
      // Enter goes on to the next mark: a half-filled sheet must not be handed in by it.
      m.addEventListener('keydown', function (e) {
        if (e.key !== 'Enter' || e.ctrlKey || e.metaKey) return;
        e.preventDefault();
        var box = m.closest('.mk'), area = box && box.classList.contains('need') ? box.querySelector('textarea') : null;
        if (area) box.querySelector('details').open = true;
        var next = area || marks[marks.indexOf(m) + 1] || form.querySelector('button[name=submit]');
        if (next) { next.focus(); if (next.select) next.select(); }
      });
    });
    form.addEventListener('keydown', function (e) {
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { var b = form.querySelector('button[name=submit]'); if (b) { e.preventDefault(); b.click(); } }
    });
    document.addEventListener('keydown', function (e) {
      if (!e.altKey || (e.key !== 'ArrowRight' && e.key !== 'ArrowLeft')) return;
      var a = document.querySelector(e.key === 'ArrowRight' ? 'a[data-next]' : 'a[data-previous]');
      if (a) { e.preventDefault(); a.click(); }
    });
    all('[data-keys]').forEach(function (k) { k.hidden = !window.matchMedia('(hover: hover)').matches; });
    form.addEventListener('input', update);
    form.addEventListener('change', update);
    form.addEventListener('focusout', function () { setTimeout(update, 0); });
    update();
  }

  /* ---- character counter: input[data-count="60"] ---- */
  function counter(i) {
    var max = Number(i.getAttribute('data-count')) || i.maxLength, c = el('span', 'counter');
    c.setAttribute('aria-hidden', 'true');
    i.parentNode.insertBefore(c, i.nextSibling);
    function show() { var n = Array.from(i.value).length; c.textContent = max > 0 ? n + ' / ' + max + ' 字' : n + ' 字'; c.classList.toggle('over', max > 0 && n > max); }
    i.addEventListener('input', show); show();
  }

  /* ---- repeated rows: a button [data-add-row=ID] clones the last .row of #ID ---- */
  function adder(b) {
    var box = document.getElementById(b.getAttribute('data-add-row'));
    if (!box) return;
    b.addEventListener('click', function (e) {
      var rows = all('.row', box), last = rows[rows.length - 1];
      if (!last) return;
      e.preventDefault();
      var next = last.cloneNode(true), n = rows.length;
      function bump(s) { return s.replace(/([[_.-])\d+([\]_.-])/, '$1' + n + '$2'); }
      all('.error,.counter', next).forEach(function (x) { x.remove(); });
      all('.bad', next).forEach(function (x) { x.classList.remove('bad'); });
      all('[id],[name],[for],[aria-describedby]', next).forEach(function (x) {
        ['id', 'name', 'for', 'aria-describedby'].forEach(function (a) { if (x.hasAttribute(a)) x.setAttribute(a, bump(x.getAttribute(a))); });
        x.removeAttribute('aria-invalid');
      });
      all('input,select,textarea', next).forEach(function (x) { if (x.type === 'checkbox' || x.type === 'radio') x.checked = false; else if (x.tagName === 'SELECT') x.selectedIndex = 0; else x.value = ''; });
      var no = next.querySelector('[data-no]'); if (no) no.textContent = n + 1;
      last.parentNode.insertBefore(next, last.nextSibling);
      all('[data-count]', next).forEach(counter);
      var first = next.querySelector('input,select,textarea'); if (first) first.focus();
    });
  }

  function folded(text) { return text.normalize('NFKC').toLowerCase(); } // as the server searches
  /* ---- people by name, post or staff number: Enter picks the first that is found ---- */
  function roster(box) {
    var find = box.querySelector('[data-find]'), input = find && find.querySelector('input'), found = find && find.querySelector('[role=status]'), people = all('[data-person]', box);
    if (!input || people.length < 2) return;
    find.hidden = false;
    function show() {
      var words = folded(input.value).split(/\s+/).filter(Boolean), n = 0;
      people.forEach(function (p) {
        var text = folded(p.getAttribute('data-person')), hit = words.every(function (w) { return text.indexOf(w) >= 0; });
        p.hidden = !hit; if (hit) n++;
      });
      var on = people.filter(function (p) { return p.querySelector('input').checked; }).length;
      found.textContent = (words.length ? '找到 ' + n + ' 人，按回车选上或取消第一个。' : '') + '已选 ' + on + ' 人。';
    }
    input.addEventListener('input', show);
    box.addEventListener('change', show);
    input.addEventListener('keydown', function (e) {
      if (e.key !== 'Enter') return;
      e.preventDefault();
      var first = input.value.trim() && people.filter(function (p) { return !p.hidden; })[0];
      if (first) { first.querySelector('input').click(); input.select(); show(); }
    });
    show();
  }

  /* ---- budget lines against the chosen topic's ceiling, as they are typed ---- */
  function budget(box) {
    var form = box.closest('form'), line = box.querySelector('[data-sum]'), topic = form && form.querySelector('select[name=topic_id]');
    if (!line) return;
    function yuan(h) { return (h / 100).toFixed(2).replace(/\B(?=(\d{3})+(?=\.))/g, ','); }
    function show() {
      var sum = 0, limit = null;
      all('input[type=number]', box).forEach(function (i) { var m = /^\s*(\d{1,9})(?:\.(\d{0,2}))?\s*$/.exec(i.value); if (m) sum += Number(m[1]) * 100 + Number(((m[2] || '') + '00').slice(0, 2)); });
      all('[data-ceiling]', box).forEach(function (p) { if (topic && p.getAttribute('data-topic') === topic.value) limit = Number(p.getAttribute('data-ceiling')); });
      line.textContent = '合计 ' + yuan(sum) + ' 元';
      if (limit === null) return;
      if (sum > limit) line.appendChild(el('strong', 'over', '，超过上限 ' + yuan(sum - limit) + ' 元'));
      else line.appendChild(document.createTextNode('，还可以列 ' + yuan(limit - sum) + ' 元'));
    }
    form.addEventListener('input', show);
    form.addEventListener('change', show);
    show();
  }

  function start() {
    all('form[data-autosave]').forEach(autosave);
    all('form').forEach(function (f) { if (f.querySelector('input[data-mark]')) scoring(f); });
    all('[data-count]').forEach(counter);
    all('[data-add-row]').forEach(adder);
    all('[data-roster]').forEach(roster);
    all('[data-budget]').forEach(budget);

    /* chosen radios and checkboxes stand out */
    function lit() { all('.choice').forEach(function (c) { var i = c.querySelector('input'); c.classList.toggle('is-on', !!(i && i.checked)); }); }
    document.addEventListener('change', lit); lit();

    /* a page that shows what a form saved settles the copy that was on its way */
    all('[data-settles]').forEach(function (s) {
      var key = me() + '|' + s.getAttribute('data-settles'), copy = store.get(key);
      if (copy && arrived(copy, s.getAttribute('data-version'), s.getAttribute('data-saved-by'))) store.del(key);
    });

    /* (c) leaving with unsaved work */
    var guarded = all('form').filter(function (f) { return (f.getAttribute('method') || '').toLowerCase() === 'post' && !f.hasAttribute('data-autosave') && !f.hasAttribute('data-noguard'); })
      .map(function (f) { return { form: f, was: content(f) }; });
    var going = false;
    window.addEventListener('beforeunload', function (e) {
      if (going) return;
      if (guarded.some(function (g) { return content(g.form) !== g.was; })) { e.preventDefault(); e.returnValue = ''; }
    });

    /* (d) one submit only: held until the answer is here, however long it takes; Escape stops waiting for it */
    document.addEventListener('submit', function (e) {
      var f = e.target;
      if (e.defaultPrevented) return;
      if (f.getAttribute('action') === '/logout') {
        var left = store.of(me());
        if (left.length && !window.confirm('本机还有没存上的内容，退出会清除它。仍要退出吗？')) { e.preventDefault(); return; }
        left.forEach(store.del);
      }
      // The words of a copy are sent on, by choice, from the page that compares them.
      var resolves = f.getAttribute('data-resolves'), settled = resolves && store.get(me() + '|' + resolves);
      if (settled) store.set(me() + '|' + resolves, Object.assign(settled, { sent: true }));
      if ((f.getAttribute('method') || '').toLowerCase() !== 'post') return;
      if (f.dataset.busy) { e.preventDefault(); return; }
      f.dataset.busy = '1'; going = true;
      setTimeout(function () { all('button[type=submit],button:not([type])', f).forEach(function (b) { if (!b.disabled) { b.disabled = true; b.classList.add('is-busy'); b.dataset.was = '1'; } }); }, 0);
    });
    function free(f) { delete f.dataset.busy; going = false; all('button[data-was]', f).forEach(function (b) { b.disabled = false; b.classList.remove('is-busy'); delete b.dataset.was; }); }
    window.addEventListener('pageshow', function (e) { if (e.persisted) all('form').forEach(free); });
    document.addEventListener('keydown', function (e) { if (e.key === 'Escape') all('form').filter(function (f) { return f.dataset.busy; }).forEach(free); });

    /* an open menu closes by Escape and by a click elsewhere */
    document.addEventListener('keydown', function (e) { if (e.key === 'Escape') all('details.menu[open],details.confirm[open]').forEach(function (d) { d.open = false; d.querySelector('summary').focus(); }); });
    document.addEventListener('click', function (e) { all('details.menu[open]').forEach(function (d) { if (!d.contains(e.target)) d.open = false; }); });

    /* print buttons: <button type="button" data-print hidden> */
    all('[data-print]').forEach(function (b) { b.hidden = false; b.addEventListener('click', function () { window.print(); }); });

    /* (e) the first error, in the order of the page */
    var bad = document.querySelector('[aria-invalid="true"]'), list = document.querySelector('.error-summary ul');
    if (list) all('li', list).map(function (li) { var a = li.querySelector('a'), t = a && document.getElementById(decodeURIComponent(a.hash.slice(1))); return { li: li, t: t }; })
      .sort(function (x, y) { return x.t && y.t && x.t !== y.t ? (x.t.compareDocumentPosition(y.t) & 4 ? -1 : 1) : 0; }).forEach(function (p) { list.appendChild(p.li); });
    if (bad) { var d = bad.closest('details'); if (d) d.open = true; bad.focus(); }
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start); else start();
})();
