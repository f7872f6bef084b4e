"""Poll feeds and turn their entries into references."""



