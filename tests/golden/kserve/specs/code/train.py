print("a model is left where PLIMSOLL_MODEL says")
