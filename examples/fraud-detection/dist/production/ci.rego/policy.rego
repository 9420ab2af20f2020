# METADATA
# title: "Gatewright policy production"
# description: >-
#   Only models whose making, content and owner are known reach production.
# custom:
#   source: "policy.gate:10:8"
#   subjects:
#     - "release"
package gatewright.production

import data.gatewright.runtime

# The input is a subject document, as `gatewright evidence collect` writes it. What it says of digests, signatures
# and the binding of reports was computed by the collector and is believed here: let both run in one job, or sign
# the document in between.
#
# Ask for `decision`, which is defined for every input, or let conftest ask for `deny` and `warn`.
# This file is generated: change the policy instead.

# ---------------------------------------------------------------- the decision

# METADATA
# title: The decision about a subject document
# entrypoint: true
decision := {
	"policy": scope.policy,
	"subject": runtime.subject,
	"asset": runtime.asset,
	"now": runtime.evaluated_at,
	"allow": allow,
	"problem": problem,
	"blocks": blocks,
}

default allow := false

allow if {
	problem == null
	every verdict in blocks {
		verdict.effect != "deny"
	}
}

problem := runtime.problem(scope)

blocks := [verdict |
	some name in [
		"training_inputs_allowed_development",
		"model_signed_development",
		"training_provenance_development",
		"model_format_safe_development",
		"dataset_digest_pinned_development",
		"model_scan_clean_development",
		"model_audit_clean_development",
		"bom_complete_development",
	]
	verdict := verdicts[name]
]

# For conftest: what stops a release, and what is only told.
deny contains {"msg": problem} if problem != null

deny contains finding if {
	some verdict in blocks
	verdict.effect == "deny"
	some finding in runtime.told(verdict)
}

warn contains finding if {
	some verdict in blocks
	verdict.effect == "warn"
	some finding in runtime.told(verdict)
}

# ---------------------------------------------------------------- what the policy covers, and what is waived

scope := {
	"policy": "production",
	"subjects": {"release": ["model"]},
	"assets": {
		"fraud_scoring": "Predictive",
		"fraud_scoring.transactions": "dataset",
		"fraud_scoring.fraud_v3": "model",
		"fraud_scoring.monthly_training": "training_job",
		"fraud_scoring.scorer": "service",
	},
	"waivers": [
		{
			"instance": "bom_complete",
			"assets": {"fraud_scoring.fraud_v3"},
			"granted": "2026-10-01",
			"until": "2026-12-15",
			"reason": "the vendor of device-features ships its component list in Q1",
		},
	],
}

# ---------------------------------------------------------------- what is read of the subject document

# The declared model that it belongs to.
release_model := runtime.key_of(assets.model, input.asset)

# What whoever asks for the release calls it: `gate … --release fraud_v3@1.4.2`.
release_version := runtime.text(runtime.part("version", []))

# Every file, whatever the reports say.
release_files := runtime.list(runtime.part("files", []))

# What modelscan found.
release_scan := report if {
	report := runtime.record(runtime.part("scan", []))
	believed_model_scan(report)
}

# What modelaudit found.
release_inspection := report if {
	report := runtime.record(runtime.part("inspection", []))
	believed_model_audit(report)
}

# Who signed it.
release_signature := report if {
	report := runtime.record(runtime.part("signature", []))
	believed_model_signature(report)
}

release_signature := null if runtime.part("signature", []) == null

# What it is made of.
release_bom := report if {
	report := runtime.record(runtime.part("bom", []))
	believed_cyclone_dx(report)
}

release_bom := null if runtime.part("bom", []) == null

# How it was made.
release_provenance := report if {
	report := runtime.record(runtime.part("provenance", []))
	believed_slsa_provenance(report)
}

release_provenance := null if runtime.part("provenance", []) == null

# Whether `modelscan.json` of modelscan may be believed.
believed_model_scan(report) if {
	runtime.int(report.scanned) >= 1
	count(runtime.list(report.errors)) == 0
	count(runtime.list(report.skipped)) == runtime.int(report.skipped_total)
	count(runtime.list(report.issues)) == ((runtime.int(report.low) + runtime.int(report.medium)) + runtime.int(report.high)) + runtime.int(report.critical)
}

# Whether `modelaudit.json` of modelaudit may be believed.
believed_model_audit(report) if {
	runtime.int(report.files_scanned) >= 1
	report.has_errors == false
}

# Whether `model.sig` of model-signing may be believed.
believed_model_signature(report) if {
	report.predicate_type == "https://model_signing/signature/v1.0"
	report.method == "files"
	count(runtime.list(report.resources)) >= 1
	every element in runtime.list(report.resources) {
		element.algorithm == "sha256"
	}
}

# Whether `bom.cdx.json` of cyclonedx may be believed.
believed_cyclone_dx(report) if {
	report.bom_format == "CycloneDX"
	report.spec_version in {"1.5", "1.6", "1.7"}
	count(runtime.list(runtime.field_or(report, "models", []))) >= 1
}

# Whether `provenance.dsse.json` of slsa may be believed.
believed_slsa_provenance(report) if report.predicate_type == "https://slsa.dev/provenance/v1"

# ---------------------------------------------------------------- training_inputs_allowed: development on release

# METADATA
# scope: rule
# title: "What goes into a training comes from allowed places"
# description: >-
#   Everything that goes into a training comes from places that were chosen. `origins` matches the whole
#   address, of data and of code: write one that covers your data lake, your repositories and your base
#   images.
# custom:
#   control: "std.data.training_inputs_allowed"
#   severity: "high"
#   mode: "enforce"
#   source: "std/data.gate:85:3"
#   threats:
#     - "atlas@5.6.1 AML.T0010.002"
#     - "atlas@5.6.1 AML.T0020"
#     - "atlas@5.6.1 AML.T0059"
verdicts["training_inputs_allowed_development"] := runtime.verdict(
	scope,
	{
		"control": "std.data.training_inputs_allowed",
		"instance": "training_inputs_allowed",
		"block": 1,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "enforce",
		"severity": "high",
		"source": "std/data.gate:85:3",
	},
	{
		"applies": true,
		"holds": training_inputs_allowed_development_holds,
		"violations": training_inputs_allowed_development_violations,
	},
)

default training_inputs_allowed_development_holds := false

training_inputs_allowed_development_holds if {
	count(runtime.list(runtime.field_or(release_provenance, "materials", []))) > 0
	every material in runtime.list(runtime.field_or(release_provenance, "materials", [])) {
		regex.match(`^(?:https://(?:lake|git|registry)\.acme\.example/[^\n]+)$`, runtime.text(material.uri))
	}
}

# std/data.gate:86:5
training_inputs_allowed_development_violations contains [0, message] if {
	release_provenance == null
	message := sprintf("%s %s has no provenance, so nobody knows where its inputs come from", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/data.gate:88:5
training_inputs_allowed_development_violations contains [1, message] if {
	count(runtime.list(runtime.field_or(release_provenance, "materials", []))) <= 0
	message := sprintf("the provenance of %s %s lists no inputs; have the platform record them", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/data.gate:91:7
training_inputs_allowed_development_violations contains [3, message] if {
	some material in runtime.list(runtime.field_or(release_provenance, "materials", []))
	training_inputs_allowed_development_3_fails(material)
	message := sprintf("%s went into the training and is not an allowed place; mirror it, or allow it after a review", [
		runtime.known(array.concat(
			[shown | shown := runtime.shown_text(material.uri)],
			["(absent)" | runtime.lacks(material, "uri")],
		)),
	])
}

training_inputs_allowed_development_3_fails(material) if runtime.lacks(material, "uri")

training_inputs_allowed_development_3_fails(material) if {
	runtime.mismatch(`^(?:https://(?:lake|git|registry)\.acme\.example/[^\n]+)$`, runtime.text(material.uri))
}

# ---------------------------------------------------------------- model_signed: development on release

# METADATA
# scope: rule
# title: "Releases are signed, and the signature covers every file"
# description: >-
#   A release is signed, by the right hands, and the signature covers every file. A signature that
#   verifies leaves three questions open. Whose is it: any key verifies something, so `signers` are
#   named. What does it speak about: a signature over other bytes is not believed, whatever its folder
#   was called. What does it leave out: a signer can list paths to ignore, and a verifier follows that
#   list.
# custom:
#   control: "std.supply_chain.model_signed"
#   severity: "critical"
#   mode: "enforce"
#   source: "std/supply_chain.gate:120:3"
#   threats:
#     - "atlas@5.6.1 AML.T0010.003"
#     - "atlas@5.6.1 AML.T0018"
verdicts["model_signed_development"] := runtime.verdict(
	scope,
	{
		"control": "std.supply_chain.model_signed",
		"instance": "model_signed",
		"block": 0,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "enforce",
		"severity": "critical",
		"source": "std/supply_chain.gate:120:3",
	},
	{
		"applies": true,
		"holds": model_signed_development_holds,
		"violations": model_signed_development_violations,
	},
)

default model_signed_development_holds := false

model_signed_development_holds if {
	release_signature.verified_by == "release_pipeline"
	every path in runtime.list(runtime.field_or(release_signature, "ignore_paths", [])) {
		path in {".git", ".gitattributes", ".github", ".gitignore"}
	}
	every file in release_files {
		some signed in runtime.list(release_signature.resources)
		runtime.text(signed.name) == runtime.text(file.name)
		runtime.digest(signed.sha256) == runtime.digest(file.sha256)
	}
}

# std/supply_chain.gate:121:5
model_signed_development_violations contains [0, message] if {
	release_signature == null
	message := sprintf("%s %s is not signed; sign it in the release pipeline and put model.sig with the evidence", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/supply_chain.gate:123:5
model_signed_development_violations contains [1, message] if {
	not release_signature == null
	model_signed_development_1_fails
	message := sprintf("no key of release_pipeline verifies the signature of %s %s; sign it in the release pipeline", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/supply_chain.gate:126:7
model_signed_development_violations contains [3, message] if {
	some path in runtime.list(runtime.field_or(release_signature, "ignore_paths", []))
	runtime.outside(runtime.text(path), {".git", ".gitattributes", ".github", ".gitignore"})
	message := sprintf("the signer left %s out of the signature; sign again without ignoring it", [
		runtime.shown_text(path),
	])
}

# std/supply_chain.gate:130:7
model_signed_development_violations contains [5, message] if {
	some file in release_files
	every signed in runtime.list(release_signature.resources) {
		model_signed_development_5_fails(signed, file)
	}
	message := sprintf("%s is not what was signed; sign the folder as it is, or find out who changed it", [
		runtime.known([shown | shown := runtime.shown_text(file.name)]),
	])
}

model_signed_development_1_fails if runtime.lacks(release_signature, "verified_by")

model_signed_development_1_fails if {
	runtime.one_of(signers, release_signature.verified_by) != "release_pipeline"
}

model_signed_development_5_fails(signed, file) if runtime.text(signed.name) != runtime.text(file.name)

model_signed_development_5_fails(signed, file) if {
	runtime.other_digest(runtime.digest(signed.sha256), runtime.digest(file.sha256))
}

# ---------------------------------------------------------------- training_provenance: development on release

# METADATA
# scope: rule
# title: "Models are trained on a trusted platform that records what went in"
# description: >-
#   A release was made by a build platform that we trust, and the platform says from what.
# custom:
#   control: "std.supply_chain.training_provenance"
#   severity: "high"
#   mode: "enforce"
#   source: "std/supply_chain.gate:170:3"
#   threats:
#     - "atlas@5.6.1 AML.T0018"
#     - "atlas@5.6.1 AML.T0018.000"
verdicts["training_provenance_development"] := runtime.verdict(
	scope,
	{
		"control": "std.supply_chain.training_provenance",
		"instance": "training_provenance",
		"block": 0,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "enforce",
		"severity": "high",
		"source": "std/supply_chain.gate:170:3",
	},
	{
		"applies": true,
		"holds": training_provenance_development_holds,
		"violations": training_provenance_development_violations,
	},
)

default training_provenance_development_holds := false

training_provenance_development_holds if {
	release_provenance.verified_by == "training_platform"
	release_provenance.builder == "https://training.acme.example"
	count(runtime.list(runtime.field_or(release_provenance, "materials", []))) > 0
	every material in runtime.list(runtime.field_or(release_provenance, "materials", [])) {
		runtime.digest(material.sha256) != null
	}
	training_provenance_development_6_holds
}

training_provenance_development_6_holds if runtime.lacks(assets.model[release_model], "base")

training_provenance_development_6_holds if {
	some material in runtime.list(runtime.field_or(release_provenance, "materials", []))
	runtime.digest(material.sha256) == runtime.required_field(assets.model[runtime.required_field(assets.model[release_model], "base")], "digest")
}

# std/supply_chain.gate:171:5
training_provenance_development_violations contains [0, message] if {
	release_provenance == null
	message := sprintf("%s %s has no provenance; train it on a platform that writes SLSA provenance", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/supply_chain.gate:173:5
training_provenance_development_violations contains [1, message] if {
	not release_provenance == null
	training_provenance_development_1_fails
	message := sprintf("no key of training_platform verifies the provenance of %s %s; train it on a trusted platform", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/supply_chain.gate:175:5
training_provenance_development_violations contains [2, message] if {
	runtime.text(release_provenance.builder) != "https://training.acme.example"
	message := sprintf("%s %s was built by %s; only https://training.acme.example are trusted", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
		runtime.shown_text(release_provenance.builder),
	])
}

# std/supply_chain.gate:177:5
training_provenance_development_violations contains [
	3,
	"the provenance lists nothing that went in; have the platform resolve its inputs",
] if {
	count(runtime.list(runtime.field_or(release_provenance, "materials", []))) <= 0
}

# std/supply_chain.gate:180:7
training_provenance_development_violations contains [5, message] if {
	some material in runtime.list(runtime.field_or(release_provenance, "materials", []))
	runtime.lacks(material, "sha256")
	message := sprintf("%s went in without a SHA-256; have the platform record it", [
		runtime.known(array.concat(
			[shown | shown := runtime.shown_text(material.uri)],
			["(absent)" | runtime.lacks(material, "uri")],
		)),
	])
}

# std/supply_chain.gate:186:7
training_provenance_development_violations contains [7, message] if {
	runtime.required_field(assets.model[release_model], "base") != null
	every material in runtime.list(runtime.field_or(release_provenance, "materials", [])) {
		training_provenance_development_7_fails(material)
	}
	message := sprintf("%s is declared as tuned from %s, but its declared digest did not go in", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown |
			shown := runtime.shown_text(assets.model[runtime.required_field(assets.model[release_model], "base")].name)
		]),
	])
}

training_provenance_development_1_fails if runtime.lacks(release_provenance, "verified_by")

training_provenance_development_1_fails if {
	runtime.one_of(signers, release_provenance.verified_by) != "training_platform"
}

training_provenance_development_7_fails(material) if runtime.lacks(material, "sha256")

training_provenance_development_7_fails(_) if {
	runtime.lacks(assets.model[runtime.required_field(assets.model[release_model], "base")], "digest")
}

training_provenance_development_7_fails(material) if {
	runtime.other_digest(
		runtime.digest(material.sha256),
		runtime.required_field(
			assets.model[runtime.required_field(assets.model[release_model], "base")],
			"digest",
		),
	)
}

# ---------------------------------------------------------------- model_format_safe: development on release

# METADATA
# scope: rule
# title: "Models are stored in formats that cannot carry code"
# description: >-
#   Models are stored in formats that cannot carry code. The declared format is checked where the system
#   is written, and the files of each release at the gate: a declaration cannot vouch for a folder. A
#   file that a review found harmless can be named in `accepted`.
# custom:
#   control: "std.supply_chain.model_format_safe"
#   severity: "high"
#   mode: "warn"
#   source: "std/supply_chain.gate:39:3"
#   threats:
#     - "atlas@5.6.1 AML.T0011.000"
#     - "atlas@5.6.1 AML.T0018.002"
verdicts["model_format_safe_development"] := runtime.verdict(
	scope,
	{
		"control": "std.supply_chain.model_format_safe",
		"instance": "model_format_safe",
		"block": 1,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "warn",
		"severity": "high",
		"source": "std/supply_chain.gate:39:3",
	},
	{
		"applies": true,
		"holds": model_format_safe_development_holds,
		"violations": model_format_safe_development_violations,
	},
)

default model_format_safe_development_holds := false

model_format_safe_development_holds if {
	count(release_files) > 0
	every file in release_files {
		model_format_safe_development_2_holds(file)
	}
}

model_format_safe_development_2_holds(file) if {
	regex.match(
		`^(?:[^\n]+\.(?:safetensors|onnx(?:[._]data)?|tflite|pmml|mlmodel|ubj|cbm))$`,
		runtime.text(file.name),
	)
}

model_format_safe_development_2_holds(file) if {
	regex.match(
		`^(?:[^\n]+\.(?:json|yaml|yml|toml|txt|csv|md)|(?:[^\n]+/)?(?:LICENSE|NOTICE|MLmodel))$`,
		runtime.text(file.name),
	)
}

model_format_safe_development_2_holds(file) if {
	regex.match(
		`^(?:[^\n]+:[^\n]+/(?:data/[0-9]+|version|byteorder|\.data/serialization_id|\.format_version|\.storage_alignment))$`,
		runtime.text(file.name),
	)
}

# std/supply_chain.gate:40:5
model_format_safe_development_violations contains [0, message] if {
	count(release_files) <= 0
	message := sprintf("%s %s has no files; check the folder given to the gate", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/supply_chain.gate:43:7
model_format_safe_development_violations contains [2, message] if {
	some file in release_files
	runtime.mismatch(
		`^(?:[^\n]+\.(?:safetensors|onnx(?:[._]data)?|tflite|pmml|mlmodel|ubj|cbm))$`,
		runtime.text(file.name),
	)
	runtime.mismatch(
		`^(?:[^\n]+\.(?:json|yaml|yml|toml|txt|csv|md)|(?:[^\n]+/)?(?:LICENSE|NOTICE|MLmodel))$`,
		runtime.text(file.name),
	)
	runtime.mismatch(
		`^(?:[^\n]+:[^\n]+/(?:data/[0-9]+|version|byteorder|\.data/serialization_id|\.format_version|\.storage_alignment))$`,
		runtime.text(file.name),
	)
	message := sprintf("%s is not of a format that is known to be inert; convert it, or list it in `accepted` after a review", [
		runtime.shown_text(file.name),
	])
}

# ---------------------------------------------------------------- dataset_digest_pinned: development on release

# METADATA
# scope: rule
# title: "Models are trained on the versions of their data that were reviewed"
# description: >-
#   A model is trained on the one version of its data that is written down, and the build platform
#   confirms it. The digest is declared where the system is written, so changing the data is a reviewed
#   change. A digest of MD5 does not count: whoever poisons data can make two versions with the same
#   one.
# custom:
#   control: "std.data.dataset_digest_pinned"
#   severity: "high"
#   mode: "enforce"
#   source: "std/data.gate:60:3"
#   threats:
#     - "atlas@5.6.1 AML.T0020"
#     - "atlas@5.6.1 AML.T0010.002"
verdicts["dataset_digest_pinned_development"] := runtime.verdict(
	scope,
	{
		"control": "std.data.dataset_digest_pinned",
		"instance": "dataset_digest_pinned",
		"block": 1,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "enforce",
		"severity": "high",
		"source": "std/data.gate:60:3",
	},
	{
		"applies": true,
		"holds": dataset_digest_pinned_development_holds,
		"violations": dataset_digest_pinned_development_violations,
	},
)

default dataset_digest_pinned_development_holds := false

dataset_digest_pinned_development_holds if {
	release_provenance != null
	every the_data in assets.model[release_model].trained_on {
		some material in runtime.list(runtime.field_or(release_provenance, "materials", []))
		runtime.digest(material.sha256) == assets.dataset[the_data].digest
	}
}

# std/data.gate:61:5
dataset_digest_pinned_development_violations contains [0, message] if {
	release_provenance == null
	message := sprintf("%s %s has no provenance, so nobody knows what it was trained on", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/data.gate:64:7
dataset_digest_pinned_development_violations contains [2, message] if {
	some the_data in assets.model[release_model].trained_on
	every material in runtime.list(runtime.field_or(release_provenance, "materials", [])) {
		dataset_digest_pinned_development_2_fails(material, the_data)
	}
	message := sprintf("%s %s was not trained on the declared version of %s, %s", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
		runtime.known([shown | shown := runtime.shown_text(assets.dataset[the_data].name)]),
		runtime.known(array.concat(
			[shown | shown := assets.dataset[the_data].digest],
			["(absent)" | runtime.lacks(assets.dataset[the_data], "digest")],
		)),
	])
}

dataset_digest_pinned_development_2_fails(material, _) if runtime.lacks(material, "sha256")

dataset_digest_pinned_development_2_fails(_, the_data) if runtime.lacks(assets.dataset[the_data], "digest")

dataset_digest_pinned_development_2_fails(material, the_data) if {
	runtime.other_digest(runtime.digest(material.sha256), assets.dataset[the_data].digest)
}

# ---------------------------------------------------------------- model_scan_clean: development on release

# METADATA
# scope: rule
# title: "A recent scan of every loadable file found nothing"
# description: >-
#   No file of a release does anything suspicious when it is loaded, says modelscan. A release whose
#   files are all inert is not applicable: there is nothing that a scan could find. An empty folder is
#   no such release.
# custom:
#   control: "std.supply_chain.model_scan_clean"
#   severity: "critical"
#   mode: "enforce"
#   source: "std/supply_chain.gate:61:3"
#   threats:
#     - "atlas@5.6.1 AML.T0011.000"
#     - "atlas@5.6.1 AML.T0018.002"
verdicts["model_scan_clean_development"] := runtime.verdict(
	scope,
	{
		"control": "std.supply_chain.model_scan_clean",
		"instance": "model_scan_clean",
		"block": 0,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "enforce",
		"severity": "critical",
		"source": "std/supply_chain.gate:61:3",
	},
	{
		"applies": model_scan_clean_development_applies,
		"holds": model_scan_clean_development_holds,
		"violations": model_scan_clean_development_violations,
	},
)

default model_scan_clean_development_applies := null

model_scan_clean_development_applies if count(release_files) == 0

model_scan_clean_development_applies if {
	some file in release_files
	runtime.mismatch(
		`^(?:[^\n]+\.(?:safetensors|onnx(?:[._]data)?|tflite|pmml|mlmodel|ubj|cbm))$`,
		runtime.text(file.name),
	)
	runtime.mismatch(
		`^(?:[^\n]+\.(?:json|yaml|yml|toml|txt|csv|md)|(?:[^\n]+/)?(?:LICENSE|NOTICE|MLmodel))$`,
		runtime.text(file.name),
	)
	runtime.mismatch(
		`^(?:[^\n]+:[^\n]+/(?:data/[0-9]+|version|byteorder|\.data/serialization_id|\.format_version|\.storage_alignment))$`,
		runtime.text(file.name),
	)
}

model_scan_clean_development_applies := false if {
	count(release_files) != 0
	every file in release_files {
		model_scan_clean_development_case(file)
	}
}

model_scan_clean_development_case(file) if {
	regex.match(
		`^(?:[^\n]+\.(?:safetensors|onnx(?:[._]data)?|tflite|pmml|mlmodel|ubj|cbm))$`,
		runtime.text(file.name),
	)
}

model_scan_clean_development_case(file) if {
	regex.match(
		`^(?:[^\n]+\.(?:json|yaml|yml|toml|txt|csv|md)|(?:[^\n]+/)?(?:LICENSE|NOTICE|MLmodel))$`,
		runtime.text(file.name),
	)
}

model_scan_clean_development_case(file) if {
	regex.match(
		`^(?:[^\n]+:[^\n]+/(?:data/[0-9]+|version|byteorder|\.data/serialization_id|\.format_version|\.storage_alignment))$`,
		runtime.text(file.name),
	)
}

default model_scan_clean_development_holds := false

model_scan_clean_development_holds if {
	every issue in runtime.list(release_scan.issues) {
		scan_severity_ranks[issue.severity] <= scan_severity_ranks.LOW
	}
	runtime.int(release_scan.scanned) + runtime.int(release_scan.skipped_total) >= count(release_files)
	every file in runtime.list(release_scan.skipped) {
		model_scan_clean_development_4_holds(file)
	}
	runtime.age(release_scan.finished_at) <= runtime.days(7)
}

model_scan_clean_development_4_holds(file) if {
	regex.match(
		`^(?:[^\n]+\.(?:safetensors|onnx(?:[._]data)?|tflite|pmml|mlmodel|ubj|cbm))$`,
		runtime.text(file.source),
	)
}

model_scan_clean_development_4_holds(file) if {
	regex.match(
		`^(?:[^\n]+\.(?:json|yaml|yml|toml|txt|csv|md)|(?:[^\n]+/)?(?:LICENSE|NOTICE|MLmodel))$`,
		runtime.text(file.source),
	)
}

model_scan_clean_development_4_holds(file) if {
	regex.match(
		`^(?:[^\n]+:[^\n]+/(?:data/[0-9]+|version|byteorder|\.data/serialization_id|\.format_version|\.storage_alignment))$`,
		runtime.text(file.source),
	)
}

# std/supply_chain.gate:64:7
model_scan_clean_development_violations contains [1, message] if {
	some issue in runtime.list(release_scan.issues)
	scan_severity_ranks[issue.severity] > scan_severity_ranks.LOW
	message := sprintf("%s: %s (%s); do not load it, and find out who put it there", [
		runtime.known([shown | shown := runtime.shown_text(issue.source)]),
		runtime.known([shown | shown := runtime.shown_text(issue.description)]),
		scan_severity_names[issue.severity],
	])
}

# std/supply_chain.gate:69:5
model_scan_clean_development_violations contains [2, message] if {
	runtime.int(release_scan.scanned) + runtime.int(release_scan.skipped_total) < count(release_files)
	message := sprintf("modelscan saw fewer files than the %s of the release; scan the whole folder", [
		runtime.shown_int(count(release_files)),
	])
}

# std/supply_chain.gate:72:7
model_scan_clean_development_violations contains [4, message] if {
	some file in runtime.list(release_scan.skipped)
	runtime.mismatch(
		`^(?:[^\n]+\.(?:safetensors|onnx(?:[._]data)?|tflite|pmml|mlmodel|ubj|cbm))$`,
		runtime.text(file.source),
	)
	runtime.mismatch(
		`^(?:[^\n]+\.(?:json|yaml|yml|toml|txt|csv|md)|(?:[^\n]+/)?(?:LICENSE|NOTICE|MLmodel))$`,
		runtime.text(file.source),
	)
	runtime.mismatch(
		`^(?:[^\n]+:[^\n]+/(?:data/[0-9]+|version|byteorder|\.data/serialization_id|\.format_version|\.storage_alignment))$`,
		runtime.text(file.source),
	)
	message := sprintf("modelscan skipped %s (%s), which can carry code; convert it, or use a scanner that reads it", [
		runtime.shown_text(file.source),
		runtime.known([shown | shown := runtime.shown_text(file.category)]),
	])
}

# std/supply_chain.gate:77:5
model_scan_clean_development_violations contains [5, message] if {
	runtime.age(release_scan.finished_at) > runtime.days(7)
	message := sprintf("the scan was finished at %s, more than 7d ago; scan again", [
		runtime.shown_time(release_scan.finished_at),
	])
}

# ---------------------------------------------------------------- model_audit_clean: development on release

# METADATA
# scope: rule
# title: "A recent audit of every file found nothing"
# description: >-
#   No file of a release does anything suspicious when it is loaded, says modelaudit. A second opinion:
#   each scanner passes pickles that the other stops. Its `success` is true even of a malicious model,
#   so it is not read.
# custom:
#   control: "std.supply_chain.model_audit_clean"
#   severity: "high"
#   mode: "enforce"
#   source: "std/supply_chain.gate:92:3"
#   threats:
#     - "atlas@5.6.1 AML.T0011.000"
#     - "atlas@5.6.1 AML.T0018.002"
verdicts["model_audit_clean_development"] := runtime.verdict(
	scope,
	{
		"control": "std.supply_chain.model_audit_clean",
		"instance": "model_audit_clean",
		"block": 0,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "enforce",
		"severity": "high",
		"source": "std/supply_chain.gate:92:3",
	},
	{
		"applies": true,
		"holds": model_audit_clean_development_holds,
		"violations": model_audit_clean_development_violations,
	},
)

default model_audit_clean_development_holds := false

model_audit_clean_development_holds if {
	every issue in runtime.list(release_inspection.issues) {
		audit_severity_ranks[issue.severity] <= audit_severity_ranks.info
	}
	runtime.int(release_inspection.files_scanned) >= count(release_files)
	runtime.age(release_inspection.started_at) <= runtime.days(7)
}

# std/supply_chain.gate:94:7
model_audit_clean_development_violations contains [1, message] if {
	some issue in runtime.list(release_inspection.issues)
	audit_severity_ranks[issue.severity] > audit_severity_ranks.info
	message := sprintf("%s: %s (%s); do not load it, and find out who put it there", [
		runtime.known(array.concat(
			[shown | shown := runtime.shown_text(issue.location)],
			["(absent)" | runtime.lacks(issue, "location")],
		)),
		runtime.known([shown | shown := runtime.shown_text(issue.message)]),
		runtime.key_of(audit_severity_ranks, issue.severity),
	])
}

# std/supply_chain.gate:97:5
model_audit_clean_development_violations contains [2, message] if {
	runtime.int(release_inspection.files_scanned) < count(release_files)
	message := sprintf("modelaudit read %s of %s files; audit the whole folder", [
		runtime.shown_int(runtime.int(release_inspection.files_scanned)),
		runtime.shown_int(count(release_files)),
	])
}

# std/supply_chain.gate:99:5
model_audit_clean_development_violations contains [3, message] if {
	runtime.age(release_inspection.started_at) > runtime.days(7)
	message := sprintf("the audit was started at %s, more than 7d ago; audit again", [
		runtime.shown_time(release_inspection.started_at),
	])
}

# ---------------------------------------------------------------- bom_complete: development on release

# METADATA
# scope: rule
# title: "Releases come with a complete bill of materials"
# description: >-
#   A release comes with a bill of materials that names every part, its terms, and the data it was
#   trained on.
# custom:
#   control: "std.supply_chain.bom_complete"
#   severity: "medium"
#   mode: "enforce"
#   source: "std/supply_chain.gate:143:3"
#   threats:
#     - "atlas@5.6.1 AML.T0010"
verdicts["bom_complete_development"] := runtime.verdict(
	scope,
	{
		"control": "std.supply_chain.bom_complete",
		"instance": "bom_complete",
		"block": 0,
		"stage": "development",
		"subject": "release",
		"asset": "model",
		"mode": "enforce",
		"severity": "medium",
		"source": "std/supply_chain.gate:143:3",
	},
	{
		"applies": true,
		"holds": bom_complete_development_holds,
		"violations": bom_complete_development_violations,
	},
)

default bom_complete_development_holds := false

bom_complete_development_holds if {
	every part in runtime.list(runtime.field_or(release_bom, "components", [])) {
		runtime.text(part.version) != null
		some licence in runtime.list(runtime.field_or(part, "licences", []))
		runtime.text(licence.id) != null
		count(runtime.list(runtime.field_or(part, "digests", []))) > 0
	}
	every part in runtime.list(runtime.field_or(release_bom, "models", [])) {
		count(runtime.list(runtime.field_or(part, "dataset_refs", []))) > 0
	}
	every the_data in assets.model[release_model].trained_on {
		some part in runtime.list(runtime.field_or(release_bom, "datasets", []))
		runtime.text(part.name) == assets.dataset[the_data].name
	}
}

# std/supply_chain.gate:144:5
bom_complete_development_violations contains [0, message] if {
	release_bom == null
	message := sprintf("%s %s has no bill of materials; write one as CycloneDX to bom.cdx.json", [
		runtime.shown_text(assets.model[release_model].name),
		runtime.known([shown | shown := runtime.shown_text(release_version)]),
	])
}

# std/supply_chain.gate:147:7
bom_complete_development_violations contains [2, message] if {
	some part in runtime.list(runtime.field_or(release_bom, "components", []))
	runtime.lacks(part, "version")
	message := sprintf("%s has no version in the bill of materials", [
		runtime.known([shown | shown := runtime.shown_text(part.name)]),
	])
}

# std/supply_chain.gate:148:7
bom_complete_development_violations contains [3, message] if {
	some part in runtime.list(runtime.field_or(release_bom, "components", []))
	every licence in runtime.list(runtime.field_or(part, "licences", [])) {
		runtime.lacks(licence, "id")
	}
	message := sprintf("%s has no licence in the bill of materials; add its terms, or leave the part out of the model", [
		runtime.known([shown | shown := runtime.shown_text(part.name)]),
	])
}

# std/supply_chain.gate:150:7
bom_complete_development_violations contains [4, message] if {
	some part in runtime.list(runtime.field_or(release_bom, "components", []))
	count(runtime.list(runtime.field_or(part, "digests", []))) <= 0
	message := sprintf("%s has no SHA-256 in the bill of materials", [
		runtime.known([shown | shown := runtime.shown_text(part.name)]),
	])
}

# std/supply_chain.gate:153:7
bom_complete_development_violations contains [6, message] if {
	some part in runtime.list(runtime.field_or(release_bom, "models", []))
	count(runtime.list(runtime.field_or(part, "dataset_refs", []))) <= 0
	message := sprintf("%s names no dataset in its model card; add modelCard.modelParameters.datasets", [
		runtime.known([shown | shown := runtime.shown_text(part.name)]),
	])
}

# std/supply_chain.gate:157:7
bom_complete_development_violations contains [8, message] if {
	some the_data in assets.model[release_model].trained_on
	every part in runtime.list(runtime.field_or(release_bom, "datasets", [])) {
		runtime.text(part.name) != assets.dataset[the_data].name
	}
	message := sprintf("%s is declared as training data and is not in the bill of materials", [
		runtime.known([shown | shown := runtime.shown_text(assets.dataset[the_data].name)]),
	])
}

# ---------------------------------------------------------------- words and declarations

# What the declared assets say of themselves, as far as it is read here.
assets := {
	"dataset": {
		"fraud_scoring.transactions": {
			"name": "transactions",
			"digest": "sha256:8d76d36a1edbfb6ebec3365ecec2e1a9e11eb2d8e8c7038735f92951fbfc1a8f",
		},
	},
	"model": {"fraud_scoring.fraud_v3": {"name": "fraud_v3", "trained_on": ["fraud_scoring.transactions"]}},
}

signers := {"release_pipeline", "training_platform"}

scan_severity_ranks := {"LOW": 0, "MEDIUM": 1, "HIGH": 2, "CRITICAL": 3}

audit_severity_ranks := {"debug": 0, "info": 1, "warning": 2, "critical": 3}

scan_severity_names := {"LOW": "low", "MEDIUM": "medium", "HIGH": "high", "CRITICAL": "critical"}
