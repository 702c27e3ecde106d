"""Rules as ValidatingAdmissionPolicies, so that the cluster holds what the pull request held."""
