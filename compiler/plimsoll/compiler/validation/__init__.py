"""Rendered files → findings: does every reference lead somewhere, and do Kubernetes and Argo know every field?"""
