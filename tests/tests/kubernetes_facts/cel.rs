//! The expression language as this server has it.

use crate::{CLUSTER, config_map, enforce, on, pod, scene, try_create};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn spec(resource: &str, expressions: &[&str]) -> Value {
    let validations: Vec<Value> =
        expressions.iter().map(|expression| json!({ "expression": expression, "message": "it is false" })).collect();
    json!({ "matchConstraints": on(&[resource]), "validations": validations })
}

/// Each of these holds for an object with one datum, and a pod.
const TRUE: &[&str] = &[
    // Presence.
    "has(object.data) && has(object.data.x) && !has(object.nothing)",
    "'x' in object.data && !('y' in object.data)",
    "(has(object.nothing) ? object.nothing : {}) == {}",
    "object.?nothing.?deeper.orValue('none') == 'none'",
    "oldObject == null && !has(oldObject.metadata)",
    // Lists and maps.
    "[1, 2].exists(i, i == 2) && ![1, 2].all(i, i < 2) && [1, 2].exists_one(i, i == 1)",
    "[1] + [2, 3] == [1, 2, 3] && [[1], [2]].flatten() == [1, 2] && lists.range(3) == [0, 1, 2]",
    "['a', 'b'].join('-') == 'a-b' && 'a,b'.split(',') == ['a', 'b'] && [1, 2, 3].slice(0, 2) == [1, 2]",
    "['b', 'a'].sort() == ['a', 'b'] && [1, 2, 2].distinct() == [1, 2] && [1, 2].sum() == 3",
    "[5].exists(i, v, i == 0 && v == 5) && {'a': 1}.all(k, v, k == 'a' && v == 1)",
    "{'a': 1}.transformMap(k, v, v + 1) == {'a': 2} && {'a': 1}.transformList(k, v, v) == [1]",
    "sets.contains([1, 2], [1])",
    // What decides absorbs the error of what does not.
    "(1 / 0 == 1 || true) && !(1 / 0 == 1 && false) && [0, 1].exists(i, 1 / i == 1)",
    // Strings: positions are characters; a pattern is searched for, and its end is the very end.
    "'abc'.matches('b') && !'abc'.matches('^b$') && !'a\\n'.matches('^a$') && 'abc'.matches('(?i)B')",
    "'héllo'.substring(1, 3) == 'él' && 'hello'.charAt(1) == 'e' && 'é'.size() == 1 && '\u{1f600}'.size() == 1",
    "'hello'.indexOf('l') == 2 && 'll'.replace('l', 'L') == 'LL' && ' x '.trim() == 'x' && 'AB'.lowerAscii() == 'ab'",
    "'%s %d %.2f'.format(['x', 3, 1.5]) == 'x 3 1.50' && '%s'.format([null]) == 'null'",
    "'%s'.format([1.5]) == '1.5' && '%s'.format([[1.5]]) == '[1.500000]'",
    "string(1.0) == '1' && string(1e21) == '1e+21' && strings.quote('a\"b') == '\"a\\\\\"b\"'",
    // Numbers, times and amounts.
    "1 < 1.5 && dyn(1) == 1.0 && dyn(1) in [1.0, 2.0] && 5 % 3 == 2 && -5 / 3 == -1",
    "duration('60m') == duration('1h') && timestamp('2026-11-24T00:00:00Z') + duration('24h') == timestamp('2026-11-25T00:00:00Z')",
    "timestamp(object.metadata.creationTimestamp) > timestamp('2026-01-01T00:00:00Z')",
    "quantity('1Gi').isGreaterThan(quantity('1G')) && isQuantity('1Gi') && !isQuantity('x')",
    "semver('1.2.3').isLessThan(semver('1.10.0')) && cidr('10.0.0.0/8').containsIP('10.1.1.1')",
    "url('https://a.example/b').getHost() == 'a.example'",
    // Values of another type are unequal.
    "dyn('a') != 1 && dyn([1]) != dyn('x') && dyn(null) != 'x'",
    "type(object) == map && type(object.metadata.name) == string && type(1) == int",
];

#[test]
fn these_forms_work() {
    let scene = scene("forms");
    enforce(&scene, &["Audit"], spec("configmaps", TRUE));
    let answer = try_create(&scene, &config_map("m", json!({ "x": "v" })));
    let failures = scene.failures(&answer).expect("audited");
    let failed: Vec<(&str, &str)> =
        failures.iter().map(|failure| (TRUE[failure.validation], failure.message.as_str())).collect();
    assert_eq!(failed, []);
}

/// Each of these is an error for that object.
const ERRORS: &[(&str, &str)] = &[
    ("object.nothing == 1", "no such key: nothing"),
    ("has(object.nothing.deeper)", "no such key: nothing"),
    ("'x' in object.nothing", "no such key: nothing"),
    ("object.data.y == 'v'", "no such key: y"),
    ("1 / 0 == 1 || false", "division by zero"),
    ("9223372036854775807 + 1 > 0", "integer overflow"),
    ("dyn('a') < 1", "no such overload"),
    ("dyn(1) + 1.5 > 2.0", "no such overload"),
    ("'hello'.substring(3, 9) == 'lo'", "index out of range: 9"),
    ("quantity('abc').isGreaterThan(quantity('1'))", "quantities must match the regular expression"),
    ("object.data.all(k, k.size() > 0) && object.data.x.all(c, true)", "expected iterable type"),
];

#[test]
fn these_are_errors() {
    let scene = scene("errors");
    let expressions: Vec<&str> = ERRORS.iter().map(|(expression, _)| *expression).collect();
    enforce(&scene, &["Audit"], spec("configmaps", &expressions));
    let answer = try_create(&scene, &config_map("m", json!({ "x": "v" })));
    let failures = scene.failures(&answer).expect("audited");
    for (at, (expression, error)) in ERRORS.iter().enumerate() {
        let message = failures.iter().find(|failure| failure.validation == at).map(|failure| failure.message.as_str());
        let message = message.unwrap_or("it holds");
        assert!(message.contains("resulted in error") && message.contains(error), "{expression}: {message}");
    }
}

/// Each of these is refused when the policy is stored, although `object` has no type then.
#[test]
fn these_do_not_compile() {
    let scene = scene("refused");
    for expression in [
        "1 == 1.0",
        "1 + 1.5 > 2.0",
        "1 in [1.0]",
        "'a' + 1 == 'a1'",
        "(true ? 1 : 'a') == 1",
        "['a', 1].size() == 2",
        "['a', dyn(1)].size() == 2",
        "{'a': 1} == {'a': 1.0}",
        "'%d'.format([1.5]) == '1'",
        "'abc'.reverse() == 'cba'",
        "cel.bind(x, 1, x == 1)",
        "math.greatest([1, 2]) == 2",
        "object.spec.hostNetwork",
    ] {
        let answer = scene.judge_policy("one", spec("configmaps", &[expression])).expect("an answer");
        assert_eq!(answer.status, 422, "{expression}: {}", answer.body);
    }
    let mut message = spec("configmaps", &["true"]);
    message["validations"][0]["messageExpression"] = json!("object.data['x']");
    let answer = scene.judge_policy("one", message).expect("an answer");
    assert!(answer.message().contains("must evaluate to string but got dyn"), "{}", answer.body);
}

/// A variable is computed when it is asked for, so one that errs does no harm where nobody asks.
#[test]
fn variables_are_lazy() {
    let scene = scene("lazy");
    let mut lazy = spec("configmaps", &["!('y' in object.data) || variables.y == 'v'"]);
    lazy["variables"] = json!([{ "name": "y", "expression": "object.data['y']" }]);
    enforce(&scene, &["Deny"], lazy);
    assert_eq!(try_create(&scene, &config_map("m", json!({ "x": "v" }))).status, 201);
    assert_eq!(try_create(&scene, &config_map("m", json!({ "y": "w" }))).status, 422);
}

/// What the type checker warns of; the last ones are right all the same.
const WARNED: &[&str] = &[
    "has(object.spec.bogus)",
    "object.spec.containers[0].imag == 'x'",
    "object.spec.activeDeadlineSeconds == 5.0",
    "object.spec.containers[0].image == null",
    "object.spec['hostNetwork'] == true",
    "'spec' in object",
    "object.metadata.creationTimestamp == 'x'",
    "object.spec.containers.all(c, !has(c.resources.limits) || c.resources.limits['cpu'] == '1')",
    "object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : []) != []",
];

/// What it takes.
const TAKEN: &[&str] = &[
    "object.spec.containers.all(c, type(c.image) == string)",
    "dyn(object.spec.containers[0].image) != 5",
    "type(object) == map && !has(dyn(object).spec.bogus)",
    "(has(object.spec.nodeSelector) ? object.spec.nodeSelector : {}) == {}",
    "(has(object.spec.initContainers) ? object.spec.initContainers : []) == []",
    "object.spec.containers.map(c, c.image) + (has(object.spec.initContainers) ? object.spec.initContainers : []).map(c, c.image) == ['i']",
    "timestamp(object.metadata.creationTimestamp) > timestamp('2020-01-01T00:00:00Z')",
    "object.kind == 'Pod' && object.apiVersion == 'v1'",
];

#[test]
fn the_type_checker_warns_of_these() {
    let scene = scene("type-checker");
    let expressions: Vec<&str> = WARNED.iter().chain(TAKEN).copied().collect();
    scene.policy("policy", &["Audit"], spec("pods", &expressions)).expect("accepted");
    let warnings = CLUSTER.await_policy(&scene.policy_name("policy")).expect("type checked");
    let warned: BTreeSet<&str> = warnings.iter().filter_map(|warning| warning["fieldRef"].as_str()).collect();
    let wanted: Vec<String> = (0..WARNED.len()).map(|at| format!("spec.validations[{at}].expression")).collect();
    assert_eq!(warned, wanted.iter().map(String::as_str).collect(), "{warnings:#?}");

    let answer = try_create(&scene, &pod("p", json!({ "containers": crate::container() })));
    let failed: BTreeSet<usize> =
        scene.failures(&answer).expect("audited").into_iter().map(|failure| failure.validation).collect();
    let wrong = 0..WARNED.len() - 2;
    assert!(failed.iter().all(|at| wrong.contains(at)), "{failed:?}");
}
