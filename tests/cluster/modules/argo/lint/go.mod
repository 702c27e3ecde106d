module plimsoll.dev/tests/cluster/lint

go 1.25.7

require github.com/argoproj/argo-workflows/v4 v4.0.7
