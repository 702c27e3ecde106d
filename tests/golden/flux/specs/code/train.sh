#!/bin/sh
exec python -m pump_wear
