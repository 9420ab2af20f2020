package gatewright.runtime

# Reads subject documents by type, prints values, and makes verdicts. It is the same for every policy.
#
# A function is undefined where its argument is not of the type. So a policy says of each condition what makes it
# surely true and what makes it surely false; what is neither is unknown, and never passes.

# ---------------------------------------------------------------- the time of the evaluation

# The instant in nanoseconds since 1970: `data.gatewright.now`, in RFC 3339 and UTC, if it is given, else the clock's.
now := instant(data.gatewright.now)

now := time.now_ns() if not now_is_given

now_is_given if type_name(data.gatewright.now) != ""

now_text := shown_time(data.gatewright.now)

now_text := time.format(now) if not now_is_given

# ---------------------------------------------------------------- the subject document

# Whether the input has the shape of a subject document. Its fields are judged where they are read.
well_formed if {
	is_object(input)
	object.keys(input) - {"gatewright", "subject", "asset", "collected_at", "fields", "problems", "origins"} == set()
	float(input.gatewright) == 1
	is_string(input.subject)
	may_be_text(input, "asset")
	time_text(input.collected_at) != null
	is_object(input.fields)
	is_array(input.problems)
	every trouble in input.problems {
		well_formed_problem(trouble)
	}
	is_array(input.origins)
	every origin in input.origins {
		well_formed_origin(origin)
	}
}

well_formed_problem(trouble) if {
	is_object(trouble)
	object.keys(trouble) == {"field", "kind", "reason"}
	is_string(trouble.field)
	is_string(trouble.reason)
	trouble.kind in {"missing", "unreadable", "malformed", "mismatch", "computed", "unbound", "version"}
}

well_formed_origin(origin) if {
	is_object(origin)
	object.keys(origin) - {"field", "file", "sha256", "tool_version", "bound_by"} == set()
	is_string(origin.field)
	is_string(origin.file)
	is_string(origin.sha256)
	may_be_text(origin, "tool_version")
	object.get(origin, "bound_by", null) in {"digest", "record", null}
}

may_be_text(holder, name) if lacks(holder, name)

may_be_text(holder, name) if is_string(holder[name])

# A top-level field, null where there is none. Undefined if the document has a problem with it that the policy does not accept.
part(name, accepted) := field(input.fields, name) if not in_trouble(name, accepted)

in_trouble(name, accepted) if {
	some trouble in input.problems
	trouble.field == name
	not trouble.kind in accepted
}

# ---------------------------------------------------------------- what may be absent

# What a record has under a name, null where it has nothing.
field(holder, name) := object.get(holder, name, null) if is_object(holder)

lacks(holder, name) if field(holder, name) == null

field_or(holder, name, default_value) := otherwise(field(holder, name), default_value)

otherwise(value, _) := value if value != null

otherwise(null, default_value) := default_value

# The same for a record that may itself be absent: null then.
optional_field(holder, name) := field(holder, name)

optional_field(null, _) := null

required_field(holder, name) := holder[name] if {
	is_object(holder)
	holder[name] != null
}

required_field(null, _) := null

# An attribute of a declared asset, which may itself be absent.
optional_attribute(table, key, name) := field(table[key], name)

optional_attribute(_, null, _) := null

# An element of a list, null where the list is too short. A null in a list is no element of any type.
element(values, index) := values[index] if values[index] != null

element(_, index) := null if index < 0

element(values, index) := null if index >= count(values)

optional_element(values, index) := element(values, index) if is_array(values)

optional_element(null, _) := null

# The first and only element, null where there is none: null in a list is no element of any type.
or_null(values) := values[0]

or_null([]) := null

# ---------------------------------------------------------------- types

bool(x) := x if is_boolean(x)

text(x) := x if is_string(x)

record(x) := x if is_object(x)

list(x) := x if is_array(x)

one_of(words, x) := x if x in words

key_of(table, x) := x if table[x]

# A whole number within ±(2^53 − 1). `1.0` and `1e0` are 1.
int(x) := floor(number) if {
	number := float(x)
	number == floor(number)
	abs(number) <= 9007199254740991
}

bytes(x) := size if {
	size := int(x)
	size >= 0
}

# A number as the nearest 64-bit float has it, whatever digits the document spells.
float(x) := floor(x) if is_short(x)

float(x) := number if {
	is_number(x)
	not is_short(x)
	number := to_number(sprintf("%v", [to_number(with_point(json.marshal(x)))]))
	abs(number) <= 1.7976931348623157e308
}

is_short(x) if {
	is_number(x)
	floor(x) == x
	abs(x) <= 9007199254740991
}

with_point(digits) := digits if regex.match(`[.eE]`, digits)

with_point(digits) := concat("", [digits, ".0"]) if not regex.match(`[.eE]`, digits)

# A day from 1700-01-01 to 2199-12-31 that the calendar has.
date(x) := x if {
	is_string(x)
	regex.match(
		`^(?:(?:1[7-9]|2[01])[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:(?:1[7-9]|2[01])(?:0[48]|[2468][048]|[13579][26])|2000)-02-29)$`,
		x,
	)
}

# RFC 3339 with `T` and `Z`, without leap seconds, to the nanosecond.
time_text(x) := x if {
	is_string(x)
	regex.match(`^[^T]{10}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?Z$`, x)
	date(substring(x, 0, 10)) != ""
}

instant(x) := time.parse_rfc3339_ns(time_text(x))

days(count_of) := count_of * 86400000

hours(count_of) := count_of * 3600000

minutes(count_of) := count_of * 60000

seconds(count_of) := count_of * 1000

# How long ago, in whole milliseconds, rounded down. Unknown for what is more than five minutes ahead.
age(x) := ((later - (later % 1000000)) / 1000000) - minutes(5) if {
	later := (now - instant(x)) + (minutes(5) * 1000000)
	later >= 0
}

# Semantic Versioning 2.0.0, with numbers up to 2^53 − 1.
version(x) := x if {
	is_string(x)
	regex.match(
		`^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$`,
		x,
	)
	every identifier in version_identifiers(split(x, "+")[0]) {
		small_identifier(identifier)
	}
}

version_identifiers(x) := array.concat(split(split(x, "-")[0], "."), split(substring(x, indexof(x, "-") + 1, -1), "."))

small_identifier(identifier) if not regex.match(`^[0-9]+$`, identifier)

small_identifier(identifier) if {
	regex.match(`^[0-9]+$`, identifier)
	to_number(identifier) <= 9007199254740991
}

version_order(left, right) := semver.compare(version(left), version(right))

digest(x) := x if {
	is_string(x)
	regex.match(`^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$`, x)
}

# Digests of one algorithm that differ. Those of two algorithms cannot be compared.
other_digest(left, right) if {
	count(left) == count(right)
	left != right
}

# A network prefix: its groups of bits as numbers, and its length. No bit after the prefix is set.
network(x) := {"groups": groups, "prefix": prefix} if {
	is_string(x)
	[address, length] := split(x, "/")
	regex.match(`^(?:0|[1-9][0-9]{0,2})$`, length)
	prefix := to_number(length)
	[groups, width] := address_groups(address)
	prefix <= count(groups) * width
	every position, group in groups {
		group % bits.lsh(1, width - within(prefix - (position * width), width)) == 0
	}
}

cidr(x) := x if network(x)

within(number, most) := min([max([number, 0]), most])

address_groups(address) := [octets(address), 8] if not contains(address, ":")

address_groups(address) := [groups, 16] if {
	contains(address, ":")
	halves := split(without_octets(address), "::")
	groups := joined_groups([half_groups(half) | some half in halves], count(halves))
	array.slice(groups, 0, 6) != [0, 0, 0, 0, 0, 65535]
}

octets(address) := [to_number(octet) | some octet in split(address, ".")] if {
	regex.match(
		`^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])$`,
		address,
	)
}

# IPv6 may end in an IPv4 address.
without_octets(address) := address if not contains(address, ".")

without_octets(address) := sprintf("%s%x:%x", [trim_suffix(address, last), (a * 256) + b, (c * 256) + d]) if {
	contains(address, ".")
	parts := split(address, ":")
	last := parts[count(parts) - 1]
	[a, b, c, d] := octets(last)
}

half_groups("") := []

half_groups(half) := [hexadecimal(group) | some group in split(half, ":")] if {
	regex.match(`^[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*$`, half)
}

hexadecimal(digits) := sum([value |
	some position in numbers.range(0, count(digits) - 1)
	digit := indexof("0123456789abcdef", lower(substring(digits, position, 1)))
	value := digit * bits.lsh(1, 4 * ((count(digits) - 1) - position))
])

joined_groups([groups], 1) := groups if count(groups) == 8

joined_groups([first, last], 2) := array.concat(array.concat(first, zero_groups), last) if {
	missing := (8 - count(first)) - count(last)
	missing > 0
	zero_groups := [0 | some _ in numbers.range(1, missing)]
}

mismatch(pattern, x) if not regex.match(pattern, x)

outside(x, collection) if not x in collection

# How `part / whole` compares with a bound, exactly: -1, 0 or 1. There is no share of nothing, and no negative part.
share_order(numerator, whole, bound) := order(left, right) if {
	numerator >= 0
	whole > 0
	exact := decimal(bound)
	left := numerator * power_of_ten(0 - exact.power)
	right := (whole * to_number(concat("", [exact.sign, exact.digits]))) * power_of_ten(exact.power)
}

power_of_ten(power) := to_number(concat("", ["1", zeros(power)]))

order(left, right) := -1 if left < right

order(left, right) := 0 if left == right

order(left, right) := 1 if left > right

# ---------------------------------------------------------------- values in messages

known(texts) := texts[0]

known([]) := "(unknown)"

shown_bool(x) := json.marshal(x)

shown_int(x) := format_int(x, 10)

# At most 200 code points; what could forge a line, or reorder what a reader sees, is escaped.
shown_text(x) := strings.replace_n(escapes, x) if {
	is_string(x)
	count(x) <= 200
}

shown_text(x) := concat("", [strings.replace_n(escapes, substring(x, 0, 200)), "…"]) if {
	is_string(x)
	count(x) > 200
}

shown_list(values, _) := "(none)" if count(values) == 0

shown_list(values, texts) := concat(", ", array.concat(array.slice(texts, 0, 10), and_more(count(values)))) if {
	count(values) > 0
}

and_more(total) := [] if total <= 10

and_more(total) := [concat("", ["… and ", format_int(total - 10, 10), " more"])] if total > 10

shown_time(x) := without_zeros(time_text(x))

without_zeros(time_of) := time_of if not contains(time_of, ".")

without_zeros(time_of) := concat("", [trim_right(trim_right(trim_right(time_of, "Z"), "0"), "."), "Z"]) if {
	contains(time_of, ".")
}

shown_network(x) := x if {
	network(x)
	not contains(x, ":")
}

# RFC 5952: the first of the longest runs of zeros is left out.
shown_network(x) := concat("/", [shown_groups(groups, zero_runs(groups)), format_int(prefix, 10)]) if {
	{"groups": groups, "prefix": prefix} := network(x)
	contains(x, ":")
}

zero_runs(groups) := sort([[0 - length, start] |
	some length in numbers.range(2, 8)
	some start in numbers.range(0, 8 - length)
	every group in array.slice(groups, start, start + length) {
		group == 0
	}
])

shown_groups(groups, []) := hexadecimals(groups)

shown_groups(groups, runs) := concat("::", [before, after]) if {
	[length, start] := runs[0]
	before := hexadecimals(array.slice(groups, 0, start))
	after := hexadecimals(array.slice(groups, start - length, 8))
}

hexadecimals(groups) := concat(":", [sprintf("%x", [group]) | some group in groups])

shown_duration(x) := in_largest_unit(x, [["ms", 1], ["s", 1000], ["m", 60000], ["h", 3600000], ["d", 86400000]])

shown_duration(0) := "0s"

shown_bytes(x) := in_largest_unit(x, [
	["B", 1],
	["KiB", 1024],
	["MiB", 1048576],
	["GiB", 1073741824],
	["TiB", 1099511627776],
])

shown_bytes(0) := "0B"

in_largest_unit(number, units) := concat("", [format_int(number, 10), units[0][0]]) if abs(number) > 9007199254740991

in_largest_unit(number, units) := concat("", [format_int(number / size, 10), name]) if {
	number != 0
	abs(number) <= 9007199254740991
	fitting := [unit | some unit in units; number % unit[1] == 0]
	[name, size] := fitting[count(fitting) - 1]
}

# A ratio in percent: its digits with the point moved by two.
shown_ratio(x) := concat("", [exact.sign, with_point_moved(exact.digits, exact.power + 2), "%"]) if exact := decimal(x)

# A number as JSON has it: with a fraction, and with an exponent if it is far from 1.
shown_float(x) := concat("", [exact.sign, float_digits(exact.digits, exact.power)]) if exact := decimal(x)

float_digits("0", 0) := "0.0"

float_digits(digits, power) := concat("", [digits, zeros(power), ".0"]) if {
	digits != "0"
	power >= 0
	count(digits) + power <= 16
}

float_digits(digits, power) := with_point_moved(digits, power) if {
	power < 0
	count(digits) + power > -5
	count(digits) + power <= 16
}

float_digits(digits, power) := concat("", [substring(digits, 0, 1), fraction(digits), "e", exponent_sign(exponent), format_int(exponent, 10)]) if {
	exponent := (count(digits) + power) - 1
	not exponent in numbers.range(-5, 15)
}

exponent_sign(exponent) := "+" if exponent > 0

exponent_sign(exponent) := "" if exponent <= 0

fraction(digits) := "" if count(digits) == 1

fraction(digits) := concat("", [".", substring(digits, 1, -1)]) if count(digits) > 1

with_point_moved("0", _) := "0"

with_point_moved(digits, power) := concat("", [digits, zeros(power)]) if {
	digits != "0"
	power >= 0
}

with_point_moved(digits, power) := concat(".", [substring(padded, 0, whole), substring(padded, whole, -1)]) if {
	digits != "0"
	power < 0
	padded := concat("", [zeros((1 - power) - count(digits)), digits])
	whole := count(padded) + power
}

# The shortest decimal of a number: its sign, its digits without zeros at either end, and the power of ten that they count.
decimal(x) := {"sign": sign(x), "digits": digits, "power": power} if {
	parts := split(trim_left(sprintf("%v", [float(x)]), "-"), "e")
	point := split(parts[0], ".")
	significant := trim_left(concat("", point), "0")
	digits := trim_right(significant, "0")
	digits != ""
	places := count(concat("", point)) - count(point[0])
	power := ((exponent_of(parts) - places) + count(significant)) - count(digits)
}

decimal(x) := {"sign": "", "digits": "0", "power": 0} if float(x) == 0

exponent_of([_]) := 0

exponent_of([_, text_of]) := to_number(trim_left(text_of, "+0")) if startswith(text_of, "+")

exponent_of([_, text_of]) := 0 - to_number(trim_left(text_of, "-0")) if startswith(text_of, "-")

sign(x) := "-" if x < 0

sign(x) := "" if x >= 0

zeros(number) := "" if number <= 0

zeros(number) := concat("", ["0" | some _ in numbers.range(1, number)]) if number > 0

# ---------------------------------------------------------------- verdicts

subject := input.subject if {
	is_string(input.subject)
} else := null

asset := input.asset if {
	is_string(input.asset)
} else := null

evaluated_at := now_text if {
	now_text
} else := null

# Why there is nothing to decide here, null if there is something.
problem(_) := "the input is not a subject document" if {
	not well_formed
} else := "`data.gatewright.now` is not a time in UTC" if {
	not now
}

problem(scope) := sprintf("this policy decides nothing about `%s`", [shown_text(input.subject)]) if {
	well_formed
	now
	not scope.subjects[input.subject]
}

problem(scope) := "the document is about no asset that this policy covers" if {
	well_formed
	now
	every kind in scope.subjects[input.subject] {
		not about(scope, kind)
	}
}

problem(scope) := null if {
	now
	some kind in scope.subjects[input.subject]
	about(scope, kind)
}

# Whether the document is about an asset of a kind, and the policy covers it. A subject that is of no kind may be about none.
about(scope, kind) if {
	well_formed
	scope.assets[input.asset] == kind
}

about(scope, null) if {
	well_formed
	scope.assets[input.asset]
}

about(_, null) if {
	well_formed
	lacks(input, "asset")
}

# What a block says about the document; undefined if the document is about another subject.
verdict(scope, block, findings) := object.union(object.remove(block, ["subject", "asset"]), {
	"decision": decided,
	"effect": effect(block.mode, decided, until),
	"messages": messages(decided, findings.violations),
	"waived_until": until,
}) if {
	input.subject == block.subject
	decided := decision(scope, block, findings)
	until := waived_until(scope, block, decided)
}

decision(scope, block, findings) := "indeterminate" if {
	not about(scope, block.asset)
} else := "not_applicable" if {
	findings.applies == false
} else := "indeterminate" if {
	findings.applies == null
} else := "violated" if {
	count(findings.violations) > 0
} else := "pass" if {
	findings.holds
} else := "indeterminate"

# Each text once, in the order of the statements and by code point within one.
messages("violated", violations) := [text_of |
	some position, text_of in texts
	not text_of in array.slice(texts, 0, position)
] if {
	texts := [text_of | some [_, text_of] in sort(violations)]
}

messages(decided, _) := [] if decided != "violated"

passes := {"pass", "not_applicable"}

effect(_, decided, _) := "pass" if decided in passes

effect(mode, decided, null) := {"enforce": "deny", "warn": "warn", "audit": "record"}[mode] if not decided in passes

effect(_, decided, until) := "waived" if {
	not decided in passes
	until != null
}

# The last day of the waivers that hold, null if none does or none is needed.
waived_until(scope, block, decided) := max(days_left) if {
	not decided in passes
	about(scope, block.asset)
	days_left := {waiver.until |
		some waiver in scope.waivers
		waiver.instance == block.instance
		input.asset in waiver.assets
		start_of(waiver.granted) <= now
		now < start_of(waiver.until) + (days(1) * 1000000)
	}
	count(days_left) > 0
} else := null

start_of(day) := instant(concat("", [day, "T00:00:00Z"]))

# What conftest shows of a verdict.
told(verdict_of) := {told_one(verdict_of, text_of) | some text_of in verdict_of.messages} if {
	verdict_of.decision == "violated"
}

told(verdict_of) := {told_one(verdict_of, concat("; ", array.concat([undecided], reasons)))} if {
	verdict_of.decision == "indeterminate"
	undecided := sprintf("%s cannot be decided", [verdict_of.instance])
	reasons := [shown_text(trouble.reason) | some trouble in input.problems]
}

told_one(verdict_of, text_of) := {
	"msg": text_of,
	"control": verdict_of.control,
	"instance": verdict_of.instance,
	"stage": verdict_of.stage,
	"severity": verdict_of.severity,
	"decision": verdict_of.decision,
	"source": verdict_of.source,
}
