package gatewright.production_test

import data.gatewright.production as policy

# Documents made from the policy's own conditions, and what they are decided to be.
# They are as small as they can be; real ones hold more.

now := "2026-12-16T00:00:00Z"

strange := [
	null,
	true,
	0,
	"text",
	[],
	{},
	{"gatewright": 1},
	{
		"asset": "nobody.nothing",
		"collected_at": "2026-01-01T00:00:00Z",
		"fields": {},
		"gatewright": 1,
		"origins": [],
		"problems": [],
		"subject": "nothing of the kind",
	},
]

test_strange_input_is_refused if {
	every thing in strange {
		decision := policy.decision with input as thing with data.gatewright.now as now
		decision.allow == false
		decision.problem != null
	}
}

test_a_time_that_is_none_is_refused if {
	decision := policy.decision with input as {} with data.gatewright.now as "noon"
	decision.allow == false
}

verdict(name, document) := found if {
	found := policy.verdicts[name] with input as document with data.gatewright.now as now
}

# ---------------------------------------------------------------- training_inputs_allowed: development

training_inputs_allowed_development_passing := {
	"asset": "fraud_scoring.fraud_v3",
	"collected_at": "2026-12-16T00:00:00Z",
	"fields": {
		"provenance": {
			"materials": [{"uri": "https://lake.acme.example/a"}],
			"predicate_type": "https://slsa.dev/provenance/v1",
		},
	},
	"gatewright": 1,
	"origins": [],
	"problems": [],
	"subject": "release",
}

test_training_inputs_allowed_development_passes if {
	verdict("training_inputs_allowed_development", training_inputs_allowed_development_passing).decision == "pass"
}

test_training_inputs_allowed_development_is_undecided if {
	found := verdict(
		"training_inputs_allowed_development",
		json.patch(training_inputs_allowed_development_passing, [
			{
				"op": "replace",
				"path": "/problems",
				"value": [
					{"field": "provenance", "kind": "unreadable", "reason": "provenance could not be read"},
				],
			},
		]),
	)
	found.decision == "indeterminate"
	found.messages == []
}

test_training_inputs_allowed_development_violated_0 if {
	found := verdict(
		"training_inputs_allowed_development",
		json.patch(training_inputs_allowed_development_passing, [
			{"op": "remove", "path": "/fields/provenance"},
		]),
	)
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) has no provenance, so nobody knows where its inputs come from"]
}

test_training_inputs_allowed_development_violated_1 if {
	found := verdict(
		"training_inputs_allowed_development",
		json.patch(training_inputs_allowed_development_passing, [
			{"op": "replace", "path": "/fields/provenance/materials", "value": []},
		]),
	)
	found.decision == "violated"
	found.messages == ["the provenance of fraud_v3 (unknown) lists no inputs; have the platform record them"]
}

test_training_inputs_allowed_development_violated_3 if {
	found := verdict(
		"training_inputs_allowed_development",
		json.patch(training_inputs_allowed_development_passing, [
			{"op": "replace", "path": "/fields/provenance/materials/0/uri", "value": "text"},
		]),
	)
	found.decision == "violated"
	found.messages == ["text went into the training and is not an allowed place; mirror it, or allow it after a review"]
}

# ---------------------------------------------------------------- model_signed: development

model_signed_development_passing := {
	"asset": "fraud_scoring.fraud_v3",
	"collected_at": "2026-12-16T00:00:00Z",
	"fields": {
		"files": [],
		"signature": {
			"ignore_paths": [],
			"method": "files",
			"predicate_type": "https://model_signing/signature/v1.0",
			"resources": [{"algorithm": "sha256"}],
			"verified_by": "release_pipeline",
		},
	},
	"gatewright": 1,
	"origins": [],
	"problems": [],
	"subject": "release",
}

test_model_signed_development_passes if {
	verdict("model_signed_development", model_signed_development_passing).decision == "pass"
}

test_model_signed_development_is_undecided if {
	found := verdict(
		"model_signed_development",
		json.patch(model_signed_development_passing, [
			{
				"op": "replace",
				"path": "/problems",
				"value": [{"field": "files", "kind": "unreadable", "reason": "files could not be read"}],
			},
		]),
	)
	found.decision == "indeterminate"
	found.messages == []
}

test_model_signed_development_violated_0 if {
	found := verdict(
		"model_signed_development",
		json.patch(model_signed_development_passing, [{"op": "remove", "path": "/fields/signature"}]),
	)
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) is not signed; sign it in the release pipeline and put model.sig with the evidence"]
}

test_model_signed_development_violated_1 if {
	found := verdict(
		"model_signed_development",
		json.patch(model_signed_development_passing, [
			{"op": "replace", "path": "/fields/signature/verified_by", "value": "training_platform"},
		]),
	)
	found.decision == "violated"
	found.messages == ["no key of release_pipeline verifies the signature of fraud_v3 (unknown); sign it in the release pipeline"]
}

test_model_signed_development_violated_3 if {
	found := verdict(
		"model_signed_development",
		json.patch(model_signed_development_passing, [
			{"op": "replace", "path": "/fields/signature/ignore_paths", "value": ["not .git"]},
		]),
	)
	found.decision == "violated"
	found.messages == ["the signer left not .git out of the signature; sign again without ignoring it"]
}

test_model_signed_development_violated_5 if {
	found := verdict(
		"model_signed_development",
		json.patch(model_signed_development_passing, [
			{
				"op": "replace",
				"path": "/fields/files",
				"value": [
					{
						"name": "text",
						"sha256": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
					},
				],
			},
			{"op": "add", "path": "/fields/signature/resources/0/name", "value": "text"},
			{
				"op": "add",
				"path": "/fields/signature/resources/0/sha256",
				"value": "sha256:1111111111111111111111111111111111111111111111111111111111111111",
			},
		]),
	)
	found.decision == "violated"
	found.messages == ["text is not what was signed; sign the folder as it is, or find out who changed it"]
}

# ---------------------------------------------------------------- training_provenance: development

training_provenance_development_passing := {
	"asset": "fraud_scoring.fraud_v3",
	"collected_at": "2026-12-16T00:00:00Z",
	"fields": {
		"provenance": {
			"builder": "https://training.acme.example",
			"materials": [
				{"sha256": "sha256:0000000000000000000000000000000000000000000000000000000000000000"},
			],
			"predicate_type": "https://slsa.dev/provenance/v1",
			"verified_by": "training_platform",
		},
	},
	"gatewright": 1,
	"origins": [],
	"problems": [],
	"subject": "release",
}

test_training_provenance_development_passes if {
	verdict("training_provenance_development", training_provenance_development_passing).decision == "pass"
}

test_training_provenance_development_is_undecided if {
	found := verdict(
		"training_provenance_development",
		json.patch(training_provenance_development_passing, [
			{
				"op": "replace",
				"path": "/problems",
				"value": [
					{"field": "provenance", "kind": "unreadable", "reason": "provenance could not be read"},
				],
			},
		]),
	)
	found.decision == "indeterminate"
	found.messages == []
}

test_training_provenance_development_violated_0 if {
	found := verdict(
		"training_provenance_development",
		json.patch(training_provenance_development_passing, [{"op": "remove", "path": "/fields/provenance"}]),
	)
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) has no provenance; train it on a platform that writes SLSA provenance"]
}

test_training_provenance_development_violated_1 if {
	found := verdict(
		"training_provenance_development",
		json.patch(training_provenance_development_passing, [
			{"op": "replace", "path": "/fields/provenance/verified_by", "value": "release_pipeline"},
		]),
	)
	found.decision == "violated"
	found.messages == ["no key of training_platform verifies the provenance of fraud_v3 (unknown); train it on a trusted platform"]
}

test_training_provenance_development_violated_2 if {
	found := verdict(
		"training_provenance_development",
		json.patch(training_provenance_development_passing, [
			{
				"op": "replace",
				"path": "/fields/provenance/builder",
				"value": "not https://training.acme.example",
			},
		]),
	)
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) was built by not https://training.acme.example; only https://training.acme.example are trusted"]
}

test_training_provenance_development_violated_3 if {
	found := verdict(
		"training_provenance_development",
		json.patch(training_provenance_development_passing, [
			{"op": "replace", "path": "/fields/provenance/materials", "value": []},
		]),
	)
	found.decision == "violated"
	found.messages == ["the provenance lists nothing that went in; have the platform resolve its inputs"]
}

test_training_provenance_development_violated_5 if {
	found := verdict(
		"training_provenance_development",
		json.patch(training_provenance_development_passing, [
			{"op": "remove", "path": "/fields/provenance/materials/0/sha256"},
		]),
	)
	found.decision == "violated"
	found.messages == ["(absent) went in without a SHA-256; have the platform record it"]
}

# ---------------------------------------------------------------- model_format_safe: development

test_model_format_safe_development_violated_0 if {
	found := verdict("model_format_safe_development", {
		"asset": "fraud_scoring.fraud_v3",
		"collected_at": "2026-12-16T00:00:00Z",
		"fields": {"files": []},
		"gatewright": 1,
		"origins": [],
		"problems": [],
		"subject": "release",
	})
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) has no files; check the folder given to the gate"]
}

test_model_format_safe_development_violated_2 if {
	found := verdict("model_format_safe_development", {
		"asset": "fraud_scoring.fraud_v3",
		"collected_at": "2026-12-16T00:00:00Z",
		"fields": {"files": [{"name": "not text"}]},
		"gatewright": 1,
		"origins": [],
		"problems": [],
		"subject": "release",
	})
	found.decision == "violated"
	found.messages == ["not text is not of a format that is known to be inert; convert it, or list it in `accepted` after a review"]
}

# ---------------------------------------------------------------- dataset_digest_pinned: development

dataset_digest_pinned_development_passing := {
	"asset": "fraud_scoring.fraud_v3",
	"collected_at": "2026-12-16T00:00:00Z",
	"fields": {
		"provenance": {
			"materials": [
				{"sha256": "sha256:8d76d36a1edbfb6ebec3365ecec2e1a9e11eb2d8e8c7038735f92951fbfc1a8f"},
			],
			"predicate_type": "https://slsa.dev/provenance/v1",
		},
	},
	"gatewright": 1,
	"origins": [],
	"problems": [],
	"subject": "release",
}

test_dataset_digest_pinned_development_passes if {
	verdict("dataset_digest_pinned_development", dataset_digest_pinned_development_passing).decision == "pass"
}

test_dataset_digest_pinned_development_is_undecided if {
	found := verdict(
		"dataset_digest_pinned_development",
		json.patch(dataset_digest_pinned_development_passing, [
			{
				"op": "replace",
				"path": "/problems",
				"value": [
					{"field": "provenance", "kind": "unreadable", "reason": "provenance could not be read"},
				],
			},
		]),
	)
	found.decision == "indeterminate"
	found.messages == []
}

test_dataset_digest_pinned_development_violated_0 if {
	found := verdict(
		"dataset_digest_pinned_development",
		json.patch(dataset_digest_pinned_development_passing, [
			{"op": "remove", "path": "/fields/provenance"},
		]),
	)
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) has no provenance, so nobody knows what it was trained on"]
}

test_dataset_digest_pinned_development_violated_2 if {
	found := verdict(
		"dataset_digest_pinned_development",
		json.patch(dataset_digest_pinned_development_passing, [
			{
				"op": "replace",
				"path": "/fields/provenance/materials/0/sha256",
				"value": "sha256:1111111111111111111111111111111111111111111111111111111111111111",
			},
		]),
	)
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) was not trained on the declared version of transactions, sha256:8d76d36a1edbfb6ebec3365ecec2e1a9e11eb2d8e8c7038735f92951fbfc1a8f"]
}

# ---------------------------------------------------------------- bom_complete: development

bom_complete_development_passing := {
	"asset": "fraud_scoring.fraud_v3",
	"collected_at": "2026-12-16T00:00:00Z",
	"fields": {
		"bom": {
			"bom_format": "CycloneDX",
			"components": [],
			"datasets": [{"name": "transactions"}],
			"models": [{"dataset_refs": ["text"]}],
			"spec_version": "1.5",
		},
	},
	"gatewright": 1,
	"origins": [],
	"problems": [],
	"subject": "release",
}

test_bom_complete_development_passes if {
	verdict("bom_complete_development", bom_complete_development_passing).decision == "pass"
}

test_bom_complete_development_is_undecided if {
	found := verdict(
		"bom_complete_development",
		json.patch(bom_complete_development_passing, [
			{
				"op": "replace",
				"path": "/problems",
				"value": [{"field": "bom", "kind": "unreadable", "reason": "bom could not be read"}],
			},
		]),
	)
	found.decision == "indeterminate"
	found.messages == []
}

test_bom_complete_development_violated_0 if {
	found := verdict(
		"bom_complete_development",
		json.patch(bom_complete_development_passing, [{"op": "remove", "path": "/fields/bom"}]),
	)
	found.decision == "violated"
	found.messages == ["fraud_v3 (unknown) has no bill of materials; write one as CycloneDX to bom.cdx.json"]
}

test_bom_complete_development_violated_2 if {
	found := verdict(
		"bom_complete_development",
		json.patch(bom_complete_development_passing, [
			{"op": "replace", "path": "/fields/bom/components", "value": [{}]},
		]),
	)
	found.decision == "violated"
	found.messages == ["(unknown) has no version in the bill of materials", "(unknown) has no licence in the bill of materials; add its terms, or leave the part out of the model", "(unknown) has no SHA-256 in the bill of materials"]
}

test_bom_complete_development_violated_3 if {
	found := verdict(
		"bom_complete_development",
		json.patch(bom_complete_development_passing, [
			{"op": "replace", "path": "/fields/bom/components", "value": [{"licences": []}]},
		]),
	)
	found.decision == "violated"
	found.messages == ["(unknown) has no version in the bill of materials", "(unknown) has no licence in the bill of materials; add its terms, or leave the part out of the model", "(unknown) has no SHA-256 in the bill of materials"]
}

test_bom_complete_development_violated_4 if {
	found := verdict(
		"bom_complete_development",
		json.patch(bom_complete_development_passing, [
			{"op": "replace", "path": "/fields/bom/components", "value": [{"digests": []}]},
		]),
	)
	found.decision == "violated"
	found.messages == ["(unknown) has no version in the bill of materials", "(unknown) has no licence in the bill of materials; add its terms, or leave the part out of the model", "(unknown) has no SHA-256 in the bill of materials"]
}

test_bom_complete_development_violated_6 if {
	found := verdict(
		"bom_complete_development",
		json.patch(bom_complete_development_passing, [
			{"op": "replace", "path": "/fields/bom/models/0/dataset_refs", "value": []},
		]),
	)
	found.decision == "violated"
	found.messages == ["(unknown) names no dataset in its model card; add modelCard.modelParameters.datasets"]
}

test_bom_complete_development_violated_8 if {
	found := verdict(
		"bom_complete_development",
		json.patch(bom_complete_development_passing, [
			{"op": "replace", "path": "/fields/bom/datasets/0/name", "value": "not transactions"},
		]),
	)
	found.decision == "violated"
	found.messages == ["transactions is declared as training data and is not in the bill of materials"]
}
