print("the label is text, and the classes stand in the file of PLIMSOLL_INPUTS")
