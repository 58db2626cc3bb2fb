"""Public holidays of countries, when and how they are called, by country (ISO 3166).

A line for each name in each language of ours (empty where it is not known), with its days: month
and day of every year of the table, or year, month and day. ``python -m infra.public_holidays``
writes this file: change nothing here.
"""

from typing import Final

FIRST: Final = 2026
LAST: Final = 2032
TABLE: Final = {
    "AD": """
New Year's Day|||0101
Epiphany|||0106
Carnival|||260216 270208 280228 290212 300304 310224 320209
Constitution Day|||0314
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Assumption Day|||0815
Our Lady of Meritxell|||0908
All Saints' Day|||1101
Immaculate Conception|||1208
Christmas Day|||1225
Saint Stephen's Day|||1226
""",
    "AE": """
New Year's Day|||0101
Eid al-Fitr Holiday|||260319 260321 260322 270310 270311 280227 280228 290215 290216 300205 300206 310125 310126 320115 320116
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Eid al-Adha Holiday|||260528 260529 270517 270518 280506 280507 290425 290426 300414 300415 310403 310404 320323 320324
Islamic New Year|||260615 270606 280525 290514 300503 310423 320411
Prophet's Birthday|||260828 270814 280803 290724 300713 310702 320620
National Day|||1202 1203
""",
    "AF": """
Liberation Day|||260215 270215 280215 300215 310215 320215
First Day of Ramadan|||260218 270208 280128 290116 300105 301226 311215 321204
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Mojahedin's Victory Day|||0428
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 290426 300413 300414 300415 310402 310403 310404 320322 320323 320324
Islamic Emirate Victory Day|||260815 270815 280814 290814 300815 310815 320814
Afghanistan Independence Day|||0819
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
American Withdrawal Day|||0831
Eid al-Fitr; Liberation Day|||290215
""",
    "AG": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||260504 270503 280501 290507 300506 310505 320503
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Carnival Monday|||260803 270802 280807 290806 300805 310804 320802
Carnival Tuesday|||260804 270803 280808 290807 300806 310805 320803
Independence Day|||1101
Independence Day (observed)|||261102 311103
Sir Vere Cornwall Bird Snr. Day|||1209
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
Sir Vere Cornwall Bird Snr. Day (observed)|||281211 291210
""",
    "AI": """
New Year's Day|||0101
James Ronald Webster Day|||0302
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Anguilla Day|||0530
Anguilla Day (observed)|||260601 270531 320531
Celebration of the Birthday of His Majesty the King|||260615 270621 280619 290618 300617 310616 320621
August Monday|||260803 270802 280807 290806 300805 310804 320802
August Thursday|||260806 270805 280810 290809 300808 310807 320805
Constitution Day|||260807 270806 280811 290810 300809 310808 320806
National Heroes and Heroines Day (observed)|||261218 271217 321217
National Heroes and Heroines Day|||1219
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Labour Day (observed)|||270503 320503
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
James Ronald Webster Day (observed)|||300304 310303
""",
    "AL": """
New Year's Day|||0101 0102
Summer Day|||0314
Summer Day (observed)|||260316 270315 320315
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Nowruz Day|||260322 270322 280322 290322 300322 310322
Nowruz Day (observed)|||260323 310324
Catholic Easter Sunday|||260405 270328 290401 300421 320328
Catholic Easter Sunday (observed)|||260406 270329 290402 300422 320329
Orthodox Easter Sunday|||260412 270502 290408 300428 320502
Orthodox Easter Sunday (observed)|||260413 270504 290409 300429 320504
International Workers' Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402
Mother Teresa Canonization Day|||0905
Mother Teresa Canonization Day (observed)|||260907 270906 320906
Alphabet Day|||1122
Alphabet Day (observed)|||261123 311124
Flag and Independence Day|||1128
Liberation Day|||1129
Flag and Independence Day (observed)|||261130 271130 321130
Liberation Day (observed)|||261201 311201
National Youth Day|||1208
Christmas Day|||1225
New Year's Day (observed)|||270104 280103 280104
International Workers' Day (observed)|||270503 320503
Eid al-Adha (observed, estimated)|||270517 300415
Christmas Day (observed)|||271227 321227
Eid al-Fitr (observed, estimated)|||280228
Catholic Easter Sunday; Orthodox Easter Sunday|||280416 310413
Catholic Easter Sunday (observed); Orthodox Easter Sunday (observed)|||280417 310414
National Youth Day (observed)|||291210 301209
Eid al-Adha; Nowruz Day|||320322
""",
    "AM": """
New Year's Day|||0101 0102
Christmas and Epiphany|||0106
Day of Remembrance for the Fallen Defenders of the Fatherland|||0127
Army Day|||0128
Women's Day|||0308
Day of Remembrance of the Victims of Armenian Genocide|||0424
Labor Day|||0501
Victory and Peace Day|||0509
Republic Day|||0528
Constitution Day|||0705
Independence Day|||0921
New Year's Eve|||1231
""",
    "AO": """
New Year's Day|||0101
Day off for New Year's Day|||260102 291231 320102
Liberation Movement Day|||0204
Day off for Carnival Day|||260216 270208 280228 290212 300304 310224 320209
Carnival Day|||260217 270209 280229 290213 300305 310225 320210
International Women's Day|||0308
Southern Africa Liberation Day|||0323
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Peace and National Reconciliation Day|||0404
International Worker's Day|||0501
National Heroes' Day|||0917
Day off for National Heroes' Day|||260918 300916
All Souls' Day|||1102
National Independence Day|||1111
Christmas and Family Day|||1225
Day off for Liberation Movement Day|||270205 310203
Day off for Southern Africa Liberation Day|||270322 280324 320322
Day off for All Souls' Day|||271101 281103 321101
Day off for National Independence Day|||271112 311110 321112
Day off for Peace and National Reconciliation Day|||280403 300405
Day off for International Women's Day|||290309
Day off for International Worker's Day|||290430 310502
Day off for Christmas and Family Day|||291224 311226
""",
    "AQ": """
New Year's Day|||0101
Midwinter Day|||260621 270621 280620 290621 300621 310621 320620
Antarctica Day|||1201
Christmas Day|||1225
""",
    "AR": """
New Year's Day|||0101
Carnival Monday|||260216 270208 280228 290212 300304 310224 320209
Carnival Tuesday|||260217 270209 280229 290213 300305 310225 320210
Bridge Public Holiday|||260323 260710 261207
National Day of Remembrance for Truth and Justice|||0324
Maundy Thursday; Veteran's Day and the Fallen in the Malvinas War|||260402
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||0501
May Revolution Day|||0525
Pass to the Immortality of General Don Martín Miguel de Güemes|||260615 270621 280617 290617 300617 310616 320621
Pass to the Immortality of General Don Manuel Belgrano|||0620
Independence Day|||0709
Pass to the Immortality of General Don José de San Martín|||260817 270816 280821 290820 300817 310817 320816
Respect for Cultural Diversity Day|||261012 271011 281016 291015 301012 311012 321011
Visit of His Holiness Pope Leo XIV|||261109
National Sovereignty Day|||261123 271120 281120 291119 301118 311124 321120
Immaculate Conception|||1208
Christmas Day|||1225
Maundy Thursday|||270325 280413 290329 300418 310410 320325
Veteran's Day and the Fallen in the Malvinas War|||270402 280402 290402 300402 310402 320402
""",
    "AS": """
New Year's Day|||0101
Martin Luther King Jr. Day|||260119 270118 280117 290115 300121 310120 320119
Washington's Birthday|||260216 270215 280221 290219 300218 310217 320216
American Samoa Flag Day|||0417
Memorial Day|||260525 270531 280529 290528 300527 310526 320531
Juneteenth National Independence Day|||0619
Independence Day (observed)|||260703 270705 320705
Independence Day|||0704
Manu'a Islands Cession Day|||0716
Labor Day|||260907 270906 280904 290903 300902 310901 320906
White Sunday|||261011 271010 281008 291014 301013 311012 321010
Columbus Day|||261012 271011 281009 291008 301014 311013 321011
Veterans Day|||1111
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Christmas Day|||1225
American Samoa Flag Day (observed)|||270416 320416
Juneteenth National Independence Day (observed)|||270618 320618
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Manu'a Islands Cession Day (observed)|||280717
Veterans Day (observed)|||281110 291112
""",
    "AT": """
New Year's Day|Neujahr||0101
Epiphany|Heilige Drei Könige||0106
Easter Monday|Ostermontag||260406 270329 280417 290402 300422 310414 320329
Labor Day|Staatsfeiertag||0501
Ascension Day|Christi Himmelfahrt||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|Pfingstmontag||260525 270517 280605 290521 300610 310602 320517
Corpus Christi|Fronleichnam||260604 270527 280615 290531 300620 310612 320527
Assumption Day|Mariä Himmelfahrt||0815
National Day|Nationalfeiertag||1026
All Saints' Day|Allerheiligen||1101
Immaculate Conception|Mariä Empfängnis||1208
Christmas Day|Christtag||1225
Saint Stephen's Day|Stephanstag||1226
""",
    "AU": """
New Year's Day|||0101
Australia Day|||0126
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
ANZAC Day|||0425
Christmas Day|||1225
Boxing Day|||1226
""",
    "AW": """
New Year's Day|||0101
Betico Day|||0125
Monday before Ash Wednesday|||260216 270208 280228 290212 300304 310224 320209
National Anthem and Flag Day|||0318
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Day|||260427 270427 280427 290427 300427 310426 320427
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "AX": """
New Year's Day|||0101
Epiphany|||0106
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
May Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 310601 320516
Åland's Autonomy Day|||260609 270609 280609 290609 310609 320609
Midsummer Eve|||260619 270625 280623 290622 300621 310620 320625
Midsummer Day|||260620 270626 280624 290623 300622 310621 320626
All Saints' Day|||261031 271106 281104 291103 301102 311101 321106
Independence Day|||1206
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
Pentecost; Åland's Autonomy Day|||300609
""",
    "AZ": """
New Year's Day|||0101 0102
Martyrs' Day|||0120
Women's Day|||0308
Women's Day (observed)|||260309 310310
Eid al-Fitr; Spring Festival|||260320 260321
Spring Festival|||0324 260322 260323 270320 270321 270322 270323 280320 280321 280322 280323 290320 290321 290322 290323 300320 300321 300322 300323 310320 310321 310322 310323 320320 320321
Eid al-Fitr (observed)|||260325 260330
Spring Festival (observed)|||260326 260327 270325 270326 290326 300325 300326 310325 310326 320325 320326
Victory over Fascism Day|||0509
Victory over Fascism Day (observed)|||260511 270510 320510
Eid al-Adha|||260527 270516 270517 280505 280506 290424 290425 300413 300414 310402 310403
Eid al-Adha; Independence Day|||260528
Eid al-Adha (observed)|||260529
National Liberation Day|||0615
Armed Forces Day|||0626
Victory Day|||1108
National Flag Day|||1109
Victory Day (observed)|||261110 311110
International Azerbaijanis Solidarity Day|||1231
New Year's Day (observed)|||270104 280103 280104
Eid al-Fitr|||270309 270310 280226 280227 290214 290215 300204 300205 310124 310125 320114 320115
Eid al-Adha (observed, estimated)|||270518 280508 300415 300416 320329 320330
Independence Day|||270528 280528 290528 300528 310528 320528
Armed Forces Day (observed)|||270628 320628
Eid al-Fitr (observed, estimated)|||280228 280229 310127
Independence Day (observed)|||280529
International Azerbaijanis Solidarity Day (observed)|||290103
National Liberation Day (observed)|||300617 310616
National Flag Day (observed)|||301111 311111
Eid al-Adha; Spring Festival|||320322 320323
""",
    "BA": """
New Year's Day|||0101 0102
Orthodox Christmas Day|||0107
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Catholic Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Orthodox Good Friday|||260410 270430 280414 290406 300426 310411 320430
International Labor Day|||0501 0502
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Catholic Christmas Day|||1225
""",
    "BB": """
New Year's Day|||0101
Errol Barrow Day|||0121
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
National Heroes Day|||0428
May Day|||0501
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Emancipation Day|||0801
Kadooment Day|||260803 270802 280807 290806 300805 310804 320802
Independence Day|||1130
Christmas Day|||1225
Boxing Day|||1226
Emancipation Day (observed)|||270803 320803
Boxing Day (observed)|||271227 321227
Errol Barrow Day (observed)|||290122
National Heroes Day (observed)|||300429
Independence Day (observed)|||311201
""",
    "BD": """
Shab-e-Barat|||260204 270124 280113 290101 291222 301211 311201 321119
Shaheed Day and International Mother Language Day|||0221
Shab-e-Qadr|||260317 270307 280224 290212 310122 320111
Jumu'atul-Wida|||260320 270305 280225 290209 310117 320109
Eid-ul-Fitr|||260321 260322 260323 270310 270311 270312 280227 280228 280229 290215 290216 290217 300205 300206 300207 310125 310126 310127 320115 320116 320117
Independence Day|||0326
Pohela Boishakh|||260414 270414 280414 290414 310414 320414
May Day|||0501
Eid-ul-Adha|||260528 260529 260530 270517 270518 270519 280506 280507 280508 290425 290426 290427 300415 300416 310403 310404 310405 320323 320324 320325
Ashura|||260626 270616 280604 290524 300513 310503 320421
July Mass Uprising Day|||0805
Eid-e-Miladunnabi|||260826 270815 280804 290725 300714 310703 320621
Victory Day|||1216
Christmas Day|||1225
Jumu'atul-Wida; Shab-e-Qadr|||300201 321231
Eid-ul-Adha; Pohela Boishakh|||300414
""",
    "BE": """
New Year's Day|Neujahr||0101
Easter Sunday|Ostern||260405 270328 280416 290401 300421 310413 320328
Easter Monday|Ostermontag||260406 270329 280417 290402 300422 310414 320329
Labor Day|Tag der Arbeit||0501
Ascension Day|Christi Himmelfahrt||260514 270506 280525 290510 300530 310522 320506
Pentecost|Pfingsten||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|Pfingstmontag||260525 270517 280605 290521 300610 310602 320517
National Day|Nationalfeiertag||0721
Assumption Day|Mariä Himmelfahrt||0815
All Saints' Day|Allerheiligen||1101
Armistice Day|Waffenstillstand||1111
Christmas Day|Weihnachten||1225
""",
    "BF": """
New Year's Day|||0101
Revolution Day|||0103
International Women's Day|||0308
International Women's Day (observed)|||260309
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Independence Day|||0805
Assumption Day|||0815
Mawlid|||260825 270814 280803 290724 300713 310702 320620
Martyrs' Day|||1031
All Saints' Day|||261101 281101 291101 301101 311101
All Saints' Day (observed)|||261102
Proclamation of Independence Day|||1211
Christmas Day|||1225
Revolution Day (observed)|||270104
Assumption Day (observed)|||270816 320816
All Saints' Day; Martyrs' Day (observed)|||271101 321101
Independence Day (observed)|||290806
""",
    "BG": """
New Year's Day|||0101
Non-working day|||260102
Liberation Day|||0303
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Holy Saturday|||260411 280415 290407 300427 310412
Easter|||260412 260413 270502 270503 280416 280417 290408 290409 300428 300429 310413 310414 320502 320503
Labor Day and International Workers' Solidarity Day|||260501 280501 290501 300501 310501
Saint George's Day, Day of the Bulgarian Army|||0506
Day of Slavonic Alphabet, Bulgarian Enlightenment and Culture|||0524
Day of Slavonic Alphabet, Bulgarian Enlightenment and Culture (observed)|||260525 310526
Unification Day|||0906
Unification Day (observed)|||260907 310908
Independence Day|||0922
Christmas Eve|||1224
Christmas Day|||1225 1226
Christmas Day (observed)|||261228 271227 271228 321227 321228
Holy Saturday; Labor Day and International Workers' Solidarity Day|||270501 320501
Labor Day and International Workers' Solidarity Day (observed)|||270504 320504
New Year's Day (observed)|||280103
Saint George's Day, Day of the Bulgarian Army (observed)|||280508 290507
Christmas Eve (observed)|||281227
Liberation Day (observed)|||290305 300304
Independence Day (observed)|||290924 300923
""",
    "BH": """
New Year's Day|||0101
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Labor Day|||260501 270501 280501 290501 300501 320501
Eid al-Adha|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 290426 300413 300414 300415 310402 310403 310404 320322 320323 320324
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Ashura|||260625 260626 270614 270615 280602 280603 290522 290523 300511 300512 310502 320419 320420
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
National Day|||1216 1217
Ashura; Labor Day|||310501
""",
    "BI": """
New Year's Day|||0101
Unity Day|||0205
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Commemoration of the Assassination of President Cyprien Ntaryamira|||0406
International Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
National Day of Patriotism and Commemoration of the Death of President Pierre Nkurunziza|||0608
Independence Day|||0701
Assumption Day|||0815
Commemoration of the Assassination of National Hero, Prince Louis Rwagasore|||1013
Commemoration of the Assassination of President Melchior Ndadaye|||1021
All Saints' Day|||1101
All Saints' Day (observed)|||261102
Christmas Day|||1225
Eid al-Adha (observed, estimated)|||270517
Assumption Day (observed)|||270816 320816
Independence Day (observed)|||290702
Commemoration of the Assassination of President Melchior Ndadaye (observed)|||291022
Commemoration of the Assassination of National Hero, Prince Louis Rwagasore (observed)|||301014
Commemoration of the Assassination of President Cyprien Ntaryamira (observed)|||310407
National Day of Patriotism and Commemoration of the Death of President Pierre Nkurunziza (observed)|||310609
""",
    "BJ": """
New Year's Day|||0101
Vodoun Festival|||260108 260109 270107 270108 280113 280114 290111 290112 300110 300111 310109 310110 320108 320109
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
National Day|||0801
Assumption Day|||0815
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
All Saints' Day|||1101
Christmas Day|||1225
""",
    "BL": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
Abolition of Slavery|||1009
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "BM": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Bermuda Day|||260522 270528 280526 290525 300524 310523 320528
National Heroes Day|||260615 270621 280619 290618 300617 310616 320621
Emancipation Day|||260730 270729 280803 290802 300801 310731 320729
Mary Prince Day|||260731 270730 280804 290803 300802 310801 320730
Labour Day|||260907 270906 280904 290903 300902 310901 320906
Remembrance Day|||1111
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Remembrance Day (observed)|||281113 291112
""",
    "BN": """
New Year's Day|||260101 270101 280101 290101 300101 310101
Isra' and Mi'raj|||260117 270106 271226 281214 291204 301123 311113 321101
Lunar New Year|||260217 270206 280126 290213 300203 310123 320211
First Day of Ramadan|||260219 270208 280128 290116 300106 301226 311216 321204
National Day|||0223
Anniversary of the revelation of the Quran|||260307 270224 280213 290201 300122 310111 321220
Eid al-Fitr|||260321 260322 260323 270310 270311 270312 280227 280228 280229 290215 290216 290217 300204 300205 300206 310125 310126 310127 320114 320115 320116
Eid al-Fitr (observed)|||260324
Eid al-Adha|||260527 270517 280505 290425 300414 310403 320322
Armed Forces Day|||0531
Armed Forces Day (observed)|||260601 300601
Islamic New Year|||260617 270606 280526 290515 300504 310423 320412
Sultan Hassanal Bolkiah's Birthday|||0715
Prophet's Birthday|||260825 270815 280804 290724 300713 310702 320621
Christmas Day|||1225
Christmas Day (observed)|||261226
New Year's Day (observed)|||270102
Eid al-Fitr (observed, estimated)|||270313 280301 290219 310128 320117
Islamic New Year (observed, estimated)|||270607 280527
Prophet's Birthday (observed, estimated)|||270816 280805
Isra' and Mi'raj (observed, estimated)|||271227
First Day of Ramadan (observed, estimated)|||280129 300107
Anniversary of the revelation of the Quran (observed, estimated)|||280214
Eid al-Adha (observed, estimated)|||280506 300415
National Day (observed)|||290224 310224
Sultan Hassanal Bolkiah's Birthday (observed)|||290716
Lunar New Year (observed)|||300207
Anniversary of the revelation of the Quran; New Year's Day|||320101
Anniversary of the revelation of the Quran (observed, estimated); New Year's Day (observed)|||320103
""",
    "BO": """
New Year's Day|||0101
Plurinational State Foundation Day|||0122
Carnival|||260216 260217 270208 270209 280228 280229 290212 290213 300304 300305 310224 310225 320209 320210
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||0501
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Aymara New Year|||0621
Aymara New Year (observed)|||260622
Independence Day|||0806
National Dignity Day|||1017
All Souls' Day|||1102
Christmas Day|||1225
Independence Day (observed)|||280807
""",
    "BQ": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Day|||260427 270427 280427 290427 300427 310426 320427
Labour Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Whit Sunday|||260524 270516 280604 290520 300609 310601 320516
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "BR": """
Universal Fraternization Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Tiradentes' Day|||0421
Worker's Day|||0501
Independence Day|||0907
Our Lady of Aparecida|||1012
All Souls' Day|||1102
Republic Proclamation Day|||1115
National Day of Zumbi and Black Awareness|||1120
Christmas Day|||1225
""",
    "BS": """
New Year's Day|||0101
Majority Rule Day|||0110
Majority Rule Day (observed)|||260112 270111 320112
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Randol Fawkes Labour Day|||260605 270604 280602 290601 300607 310606 320604
Independence Day|||0710
Emancipation Day|||260803 270802 280807 290806 300805 310804 320802
National Heroes Day|||261012 271011 281009 291008 301014 311013 321011
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271227 321227
Independence Day (observed)|||270712 320712
""",
    "BT": """
Winter Solstice|||0102
Traditional Day of Offering|||260119 270108 280127 290115 300104 310123 320113
Losar|||260218 260219 270207 270208 280226 280227 290214 290215 300203 300204 320212 320213
Birth Anniversary of His Majesty the King|||0221 260222 260223 270222 270223 280222 280223 290222 290223 300222 300223 320222 320223
Death Anniversary of Zhabdrung|||260426 270416 280504 290423 300512 320420
Birth Anniversary of the 3rd Druk Gyalpo|||260502 270502 280502 290502 300502 320502
Lord Buddha's Parinirvana|||260531 270520 280607 290527 300615 310605 320525
Birth Anniversary of Guru Rinpoche|||260624 270613 280701 290621 300710 310630 320618
First Sermon of Lord Buddha|||260718 270806 280725 290715 300803 310723 320711
Blessed Rainy Day|||260923 270924 280923 290923 300923 310924 320923
Dassain|||261021 271009 280927 291016 301006 311025 321014
Coronation of His Majesty the King; Descending Day of Lord Buddha|||261101
Birth Anniversary of the 4th Druk Gyalpo - Constitution Day|||1111
National Day|||1217
Coronation of His Majesty the King|||271101 281101 291101 301101 311101 321101
Descending Day of Lord Buddha|||271120 281109 291029 301117 311106 321025
Birth Anniversary of His Majesty the King; Losar|||310222 310223
Birth Anniversary of the 3rd Druk Gyalpo; Death Anniversary of Zhabdrung|||310502
""",
    "BV": """

""",
    "BW": """
New Year's Day|||0101
New Year's Day Holiday|||0102
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Public Holiday|||260515
Sir Seretse Khama Day|||0701
President's Day|||260720 270719 280717 290716 300715 310721 320719
President's Day Holiday|||260721 270720 280718 290717 300716 310722 320720
Botswana Day|||0930
Botswana Day Holiday|||1001
Christmas Day|||1225
Boxing Day|||1226
Boxing Day Holiday|||261228
Labour Day Holiday|||270503 320503
Boxing Day (observed)|||271227 321227
New Year's Day Holiday (observed)|||280103
Botswana Day Holiday (observed)|||281002
Sir Seretse Khama Day (observed)|||290702
Botswana Day (observed)|||291002
""",
    "BY": """
New Year's Day||Новый год|0101 0102
Orthodox Christmas Day||Рождество Христово (православное Рождество)|0107
Women's Day||День женщин|0308
Catholic Easter||Католическая Пасха|260405 270328 290401 300421 320328
Orthodox Easter||Православная Пасха|260412 270502 290408 300428 320502
Day off (substituted from 04/25/2026)||Выходной (перенесено с 25.04.2026)|260420
Radunitsa (Day of Rejoicing)||Радуница|260421 270511 280425 290417 300507 310422 320511
Labor Day||Праздник труда|0501
Victory Day||День Победы|0509
Independence Day of the Republic of Belarus (Day of the Republic)||День Независимости Республики Беларусь (День Республики)|0703
October Revolution Day||День Октябрьской революции|1107
Catholic Christmas Day||Рождество Христово (католическое Рождество)|1225
Catholic Easter; Orthodox Easter||Католическая Пасха; Православная Пасха|280416 310413
""",
    "BZ": """
New Year's Day|||0101
George Price Day|||0115
National Heroes and Benefactors Day|||260309 300309
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Emancipation Day|||260801
Saint George's Caye Day|||260910 270910 290910 300910 310910 320910
Independence Day|||260921 270921 280921 290921 300921 320921
Indigenous Peoples' Resistance Day|||261012 301012
Garifuna Settlement Day|||261119 271119 291119 301119 311119 321119
Christmas Day|||1225
Boxing Day|||261226 281226 291226 301226 311226
National Heroes and Benefactors Day (observed)|||270308 280306 290312 310310 320308
Emancipation Day (observed)|||270802 280731 290730 300729 310804 320802
Indigenous Peoples' Resistance Day (observed)|||271011 281009 291015 311013 321011
Boxing Day (observed)|||271227 321227
Saint George's Caye Day (observed)|||280911
Garifuna Settlement Day (observed)|||281120
Independence Day (observed)|||310922
""",
    "CA": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Canada Day|||0701
Labour Day|||260907 270906 280904 290903 300902 310901 320906
Christmas Day|||1225
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "CC": """
New Year's Day|||0101
Australia Day|||0126
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Act of Self Determination Day; Easter Monday|||260406
ANZAC Day|||0425
ANZAC Day (observed)|||260427 270426 320426
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
King's Birthday|||260608 270614 280612 290611 300610 310609 320614
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Easter Monday|||270329 280417 290402 300422 310414 320329
Act of Self Determination Day|||270406 280406 290406 300406 310406 320406
Eid al-Adha (observed, estimated)|||270517 300415
Prophet's Birthday (observed, estimated)|||270816 300715 320621
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Eid al-Fitr (observed, estimated)|||280228
Australia Day (observed)|||300128 310127
Act of Self Determination Day (observed)|||300408 310407
""",
    "CD": """
New Year's Day|||0101
Martyrs' Day (observed)|||260103 320103
Martyrs' Day|||0104
National Hero Laurent Désiré Kabila Day|||260116 280116 290116 300116 310116 320116
National Hero Patrice Emery Lumumba Day|||0117
Day of the Struggle of Simon Kimbangu and African Consciousness|||0406
Labor Day|||0501
Revolution and Armed Forces Day (observed)|||260516
Revolution and Armed Forces Day|||0517
Independence Day|||0630
Congolese Genocide Memorial Day (observed); Parents' Day|||260801
Congolese Genocide Memorial Day|||0802
Christmas Day|||1225
National Hero Laurent Désiré Kabila Day; National Hero Patrice Emery Lumumba Day (observed)|||270116
Parents' Day (observed)|||270731 320731
Parents' Day|||270801 280801 290801 300801 310801 320801
National Hero Laurent Désiré Kabila Day (observed)|||280115
Independence Day (observed)|||300629
Day of the Struggle of Simon Kimbangu and African Consciousness (observed)|||310405
""",
    "CF": """
New Year's Day|||0101
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Barthélemy Boganda Day|||260329 280329 290329 300329 310329
Easter Monday|||260406 280417 290402 300422 310414
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
General Prayer Day|||0630
Independence Day|||0813
Assumption Day|||0815
All Saints' Day|||1101
National Day|||1201
Christmas Day|||1225
Barthélemy Boganda Day; Easter Monday|||270329 320329
""",
    "CG": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 310602 320517
Reconciliation Day|||260610 270610 280610 290610 310610 320610
National Day|||0815
All Saints' Day|||1101
Republic Day|||1128
Christmas Day|||1225
Pentecost Monday; Reconciliation Day|||300610
""",
    "CH": """
New Year's Day|Neujahrstag||0101
Ascension Day|Auffahrt||260514 270506 280525 290510 300530 310522 320506
National Day|Nationalfeiertag||0801
Christmas Day|Weihnachten||1225
""",
    "CI": """
New Year's Day|||0101
Day after Lailatou-Kadr|||260316 270306 280223 290211 300131 310121 320110 321230
Aid-El-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 280605 290521 300610 310602 320517
Aid-El-Kebir|||260527 270516 280505 290424 300413 310402 320322
Independence Day|||0807
Assumption Day|||0815
Day after Maouloud|||260825 270814 280803 290724 300713 310702 320620
All Saints' Day|||1101
National Peace Day|||1115
Christmas Day|||1225
Day after the Aid-El-Kebir; Pentecost Monday|||270517
""",
    "CK": """
New Year's Day|||0101
Day after New Year's Day|||0102
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Anzac Day|||0425
Sovereign's Birthday|||260601 270607 280605 290604 300603 310602 320607
Ra o te Ui Ariki|||260703 270702 280707 290706 300705 310704 320702
Constitution Day|||0804
Cook Islands Gospel Day|||1026
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Day after New Year's Day (observed)|||270104 280104
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Constitution Day (observed)|||290806 300805
Cook Islands Gospel Day (observed)|||301028 311027
""",
    "CL": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Labor Day|||0501
Navy Day|||0521
National Indigenous Peoples Day|||260621 270621 280620 290620 300621 310621 320620
Saint Peter and Saint Paul's Day|||260629 270628 280626 290702 300629 310629 320628
Our Lady of Mount Carmel|||0716
Assumption Day|||0815
Independence Day|||0918
Army Day|||0919
Meeting of Two Worlds' Day|||261012 271011 281009 291015 301012 311012 321011
Reformation Day|||261031 271031 281027 291102 301031 311031 321031
All Saints' Day|||1101
Immaculate Conception|||1208
Christmas Day|||1225
National Holiday|||270917 290917 300920 320917
""",
    "CM": """
New Year's Day|||0101
Youth Day|||0211
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labour Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
National Day|||0520
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Assumption Day|||0815
Mawlid|||260825 270814 280803 290724 300713 310702 320620
Christmas Day|||1225
Eid al-Adha (observed, estimated)|||270517
Assumption Day (observed)|||270816 320816
Youth Day (observed)|||290212
National Day (observed)|||290521
Mawlid (observed, estimated)|||320621
""",
    "CN": """
New Year's Day|||0101
Day off (substituted from 01/04/2026)|||260102
Chinese New Year's Eve|||260216 270205 280125 290212 300202 310122 320210
Chinese New Year (Spring Festival)|||260217 260218 260219 270206 270207 270208 280126 280127 280128 290213 290214 290215 300203 300204 300205 310123 310124 310125 320211 320212 320213
Day off (substituted from 02/14/2026)|||260220
Day off (substituted from 02/28/2026)|||260223
Tomb-Sweeping Day|||260405 270405 280404 290404 300405 310405 320404
Tomb-Sweeping Day (observed)|||260406 310407 320405
Labor Day|||0501 0502
Labor Day (observed)|||260504 270503 270504 320503 320504
Day off (substituted from 05/09/2026)|||260505
Dragon Boat Festival|||260619 270609 280528 290616 300605 310624 320612
Mid-Autumn Festival|||260925 270915 290922 300912 320919
National Day|||1002 261001 261003 271001 271003 281001 291001 291003 301001 301003 311003 321001 321003
National Day (observed)|||261005 271004 271005 281004 321004 321005
Day off (substituted from 09/20/2026)|||261006
Day off (substituted from 10/10/2026)|||261007
Chinese New Year (Spring Festival) (observed)|||270209 270210 300207 310127
New Year's Day (observed)|||280103
Dragon Boat Festival (observed)|||280529 290618 320614
Mid-Autumn Festival; National Day|||281003 311001
Mid-Autumn Festival (observed)|||290924 320920
Chinese New Year's Eve (observed)|||300206
""",
    "CO": """
New Year's Day|||0101
Epiphany (observed)|||260112 270111 280110 290108 300107 320112
Saint Joseph's Day (observed)|||260323 270322 280320 300325 310324 320322
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||0501
Ascension Day (observed)|||260518 270510 280529 290514 300603 310526 320510
Corpus Christi (observed)|||260608 270531 280619 290604 300624 310616 320531
Sacred Heart (observed)|||260615 270607 280626 290611 310623 320607
Saint Peter and Saint Paul's Day|||260629
Day of Our Lady of the Rosary of Chiquinquirá (observed)|||260713 270712 280710 300715 310714 320712
Independence Day|||0720
Battle of Boyacá|||0807
Assumption Day (observed)|||260817 270816 280821 290820 300819 310818 320816
Columbus Day|||261012
All Saints' Day (observed)|||261102 281106 291105 301104 311103
Independence of Cartagena (observed)|||261116 271115 281113 291112 311117 321115
Immaculate Conception|||1208
Christmas Day|||1225
Saint Peter and Saint Paul's Day (observed)|||270705 280703 290702 310630 320705
Columbus Day (observed)|||271018 281016 291015 301014 311013 321018
All Saints' Day|||271101 321101
Saint Joseph's Day|||290319
Day of Our Lady of the Rosary of Chiquinquirá|||290709
Sacred Heart (observed); Saint Peter and Saint Paul's Day (observed)|||300701
Independence of Cartagena|||301111
Epiphany|||310106
""",
    "CR": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 320326
Juan Santamaría Day|||260411 270411 280411 290411 300411 320411
International Labor Day|||0501
Annexation of the Party of Nicoya to Costa Rica|||0725
Mother's Day|||0815
Independence Day|||0915
Christmas Day|||1225
Good Friday; Juan Santamaría Day|||310411
""",
    "CU": """
Liberation Day|||0101
Victory Day|||0102
Good Friday|||260403 270326 280414 290330 300419 310411 320326
International Workers' Day|||0501
Commemoration of the Assault of the Moncada garrison|||0725 0727
Day of the National Rebellion|||0726
Independence Day|||1010
Christmas Day|||1225
New Year's Eve|||1231
Independence Day (observed)|||271011 321011
""",
    "CV": """
New Year's Day|Neujahr||0101
Democracy and Freedom Day|Tag der Demokratie und Freiheit||0113
National Heroes Day|Tag der Nationalhelden||0120
Ash Wednesday|Aschermittwoch||260218 270210 280301 290214 300306 310226 320211
Good Friday|Karfreitag||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|Ostersonntag||260405 270328 280416 290401 300421 310413 320328
Worker's Day|Tag der Arbeit||0501
International Children's Day|Weltkindertag||0601
National Independence Day|Tag der Nationalen Unabhängigkeit||0705
Assumption Day|Mariä Himmelfahrt||0815
All Saints' Day|Allerheiligen||1101
Christmas Day|Weihnachten||1225
""",
    "CW": """
New Year's Day|||0101
Carnival Monday|||260216 270208 280228 290212 300304 310224 320209
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Day|||260427 270427 280427 290427 300427 310426 320427
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
National Anthem and Flag Day|||0702
Curaçao Day|||1010
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "CX": """
New Year's Day|||0101
Australia Day|||260126 270126 290126 300126 310126 320126
Chinese New Year|||260217 260218 270206 270207 280127 290213 300203 310123 320211 320212
Labour Day|||260316 270315 280320 290319 300318 310317 320315
Hari Raya Puasa|||260320 270309 280226 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
ANZAC Day|||0425
ANZAC Day (observed)|||260427 270426 320426
Hari Raya Haji|||260527 270516 280505 290424 300413 310402 320322
Territory Day|||261005 271004 281002 291001 301007 311006 321004
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Chinese New Year (observed)|||270208 270209 300205
Hari Raya Haji (observed, estimated)|||270517 300415
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Australia Day; Chinese New Year|||280126
Hari Raya Puasa (observed, estimated)|||280228
Chinese New Year; Hari Raya Puasa|||290214 300204 310124
Australia Day (observed)|||300128 310127
""",
    "CY": """
New Year's Day|||0101
Epiphany|||0106
Green Monday|||260223 270315 280228 290219 300311 310224 320315
Greek Independence Day|||0325
Cyprus National Day|||0401
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Easter Sunday|||260412 270502 280416 290408 300428 310413 320502
Easter Monday|||260413 270503 280417 290409 300429 310414 320503
Labour Day|||0501
Pentecost|||260601 270621 280605 290528 300617 310602 320621
Dormition of the Mother of God|||0815
Cyprus Independence Day|||1001
Ohi Day|||1028
Christmas Day|||1225
Day After Christmas|||1226
""",
    "CZ": """
Independent Czech State Restoration Day; New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Saints Cyril and Methodius Day|||0705
Jan Hus Day|||0706
Statehood Day|||0928
Independent Czechoslovak State Day|||1028
Struggle for Freedom and Democracy Day and International Students' Day|||1117
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "DE": """
New Year's Day|Neujahr||0101
Good Friday|Karfreitag||260403 270326 280414 290330 300419 310411 320326
Easter Monday|Ostermontag||260406 270329 280417 290402 300422 310414 320329
Labor Day|Erster Mai||0501
Ascension Day|Christi Himmelfahrt||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|Pfingstmontag||260525 270517 280605 290521 300610 310602 320517
German Unity Day|Tag der Deutschen Einheit||1003
Christmas Day|Erster Weihnachtstag||1225
Second Day of Christmas|Zweiter Weihnachtstag||1226
""",
    "DJ": """
New Year's Day|||0101
Isra' and Mi'raj|||260116 270105 281214 291203 301123 311112 321101
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Eid al-Fitr Holiday|||260321 270310 280227 290215 300205 310125 320115
Labor Day|||0501
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Eid al-Adha Holiday|||260528 270517 280506 290425 300414 310403 320323
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Independence Day|||0627
Independence Day Holiday|||0628
Prophet Muhammad's Birthday|||260825 270814 280803 290724 300713 310702 320620
Christmas Day|||261225 281225 291225 301225 311225 321225
Christmas Day; Isra' and Mi'raj|||271225
""",
    "DK": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "DM": """
New Year's Day|||0101
Carnival Monday|||260216 270208 280228 290212 300304 310224 320209
Carnival Tuesday|||260217 270209 280229 290213 300305 310225 320210
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||260504 270503 280501 290507 300506 310505 320503
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Emancipation Day|||260803 270802 280807 290806 300805 310804 320802
Independence Day|||1103
National Day of Community Service|||1104
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||271227 321227
National Day of Community Service (observed)|||291105
Independence Day (observed)|||301105
""",
    "DO": """
New Year's Day|||0101
Epiphany|||260105 270104 280110 290106 300106 310106 320105
Lady of Altagracia|||0121
Juan Pablo Duarte Day|||260126 270125 280124 290129 300126 310126 320126
National Independence Day|||0227
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||260504 270501 280501 290430 300429 310505 320501
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Restoration Day|||260816 270816 280816 290820 300819 310816 320816
Our Lady of Mercedes Day|||0924
Constitution Day|||261109 271106 281106 291105 301104 311110 321106
Christmas Day|||1225
""",
    "DZ": """
New Year's Day|||0101
Amazigh New Year|||0112
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Labor Day|||0501
Eid al-Adha|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 290426 300413 300414 300415 310402 310403 310404 320322 320323 320324
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Ashura|||260625 270615 280603 290523 300512 310502 320420
Independence Day|||0705
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Revolution Day|||1101
""",
    "EC": """
New Year's Day|||0101
Carnival|||260216 260217 270208 270209 280228 280229 290212 290213 300304 300305 310224 310225 320209 320210
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||0501
The Battle of Pichincha|||0524
The Battle of Pichincha (observed)|||260525 280526 290525 310523
Declaration of Independence of Quito|||0810
Independence of Guayaquil|||1009
All Souls' Day|||1102
Independence of Cuenca|||1103
Christmas Day|||1225
Labor Day (observed)|||270430 290430 300503 310502 320430
Declaration of Independence of Quito (observed)|||270809 280811 300809 310811 320809
Independence of Guayaquil (observed)|||271008 291008 301011 311010 321008
All Souls' Day (observed)|||271101 301101 311104 321101
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Independence of Cuenca (observed)|||301104
""",
    "EE": """
New Year's Day|||0101
Independence Day|||0224
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
May Day|||0501
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Victory Day|||0623
Midsummer Day|||0624
Independence Restoration Day|||0820
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "EG": """
Coptic Christmas Day|||0107
January 25th Revolution and National Police Day (observed)|||260129 270128 280127 320129
Eid al-Fitr|||260320 260321 270309 270310 280226 280227 290214 290215 300204 300205 310124 320114 320115
Spring Festival|||260413 270503 280417 290409 300429 310414 320503
Sinai Liberation Day|||260425 300425 310425
Labor Day|||260501 270501 310501 320501
Day of Arafah|||260526 270515 290423 300412 310401 320321
Eid al-Adha|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 300413 300414 300415 310402 310403 310404 320322 320323 320324
Islamic New Year (observed, estimated)|||260618 270610 290517 310424 320415
June 30 Revolution Day (observed)|||260702 270701 300704 310703 320701
July 23 Revolution Day|||260723 270723 320723
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Armed Forces Day (observed)|||261008 271007 301010 311009 321007
Sinai Liberation Day (observed)|||270429 280427 320429
Day of Arafah; Labor Day (observed)|||280504
Islamic New Year|||280525 300503
June 30 Revolution Day|||280630 290630
July 23 Revolution Day (observed)|||280727 290726 300725 310724
Armed Forces Day|||281006 291006
January 25th Revolution and National Police Day|||290125 300125
Eid al-Adha; Sinai Liberation Day (observed)|||290426
Labor Day (observed)|||290503 300502
Eid al-Fitr; January 25th Revolution and National Police Day|||310125
""",
    "EH": """
Proclamation of the SADR|||0227
First Martyr|||0308
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Creation of the Polisario Front|||0510
Commencement of the Armed Struggle|||0520
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Martyrs' Day|||0609
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Uprising Day|||0617
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
National Unity Day|||1012
""",
    "ER": """
New Year's Day|||0101
Orthodox Christmas|||0107
Epiphany|||260119 270119 280120 290119 300119 310119 320120
Women's Day|||0308
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Orthodox Easter|||260412 270502 280416 290408 300428 310413 320502
International Workers' Day|||0501
Independence Day|||0524
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Martyrs' Day|||260620 270620 280620 290620 300620 310620
Prophet's Birthday|||260825 270814 280803 290724 300713 310702
Revolution Day|||0901
Ethiopian New Year|||260911 270912 280911 290911 300911 310912 320911
Finding of the True Cross|||260927 270928 280927 290927 300927 310928 320927
Martyrs' Day; Prophet's Birthday|||320620
""",
    "ES": """
New Year's Day|||0101
Epiphany|||260106 270106 280106 290106 310106 320106
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||0501
Assumption Day|||260815 280815 290815 300815 310815
National Day|||261012 271012 281012 291012 301012 321012
Immaculate Conception|||261208 271208 281208 291208 311208 321208
Christmas Day|||1225
All Saints' Day|||271101 281101 291101 301101 311101 321101
Constitution Day|||271206 281206 291206 301206 311206 321206
""",
    "ET": """
Christmas Holiday|||0107
Epiphany|||260119 270119 280120 290119 300119 310119 320120
Adwa Victory Day|||0302
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Easter|||260412 270502 280416 290408 300428 310413 320502
International Workers' Day|||0501
Ethiopian Patriots' Victory Day|||260505 270505 290505 300505 310505 320505
Eid al-Adha|||260527 270516 290424 300413 310402 320322
Mawlid|||260825 270814 280803 290724 300713 310702 320620
New Year (Enkutatash)|||260911 270912 280911 290911 300911 310912 320911
Meskel Holiday|||260927 270928 280927 290927 300927 310928 320927
Eid al-Adha; Ethiopian Patriots' Victory Day|||280505
""",
    "FI": """
New Year's Day|||0101
Epiphany|||0106
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
May Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Midsummer Eve|||260619 270625 280623 290622 300621 310620 320625
Midsummer Day|||260620 270626 280624 290623 300622 310621 320626
All Saints' Day|||261031 271106 281104 291103 301102 311101 321106
Independence Day|||1206
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "FJ": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Girmit Day|||260515 270517 280515 290514 300513 310512 320517
Ratu Sir Lala Sukuna Day|||260529 270528 280526 290525 300531 310530 320528
Prophet Mohammed's Birthday|||260824 270814 280803 290724 300713 310702 320620
Fiji Day|||1010
Fiji Day (observed)|||261012
Diwali|||261108 271029 281017 291105 301026 311114 321102
Diwali (observed)|||261109
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Prophet Mohammed's Birthday (observed, estimated)|||270816 300715 320621
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Diwali (observed, estimated)|||301028
""",
    "FK": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Liberation Day|||0614
Liberation Day (observed)|||260615 310616
Peat Cutting Day|||261005 271004 281002 291001 301007 311006 321004
HM The King's Birthday|||1114
HM The King's Birthday (observed)|||261116 271115 321115
Christmas Day|||1225
Boxing Day|||1226
Christmas Holiday|||1227
Boxing Day (observed)|||261228 271229 321229
Christmas Holiday (observed)|||261229 311229
Christmas Day (observed)|||271228 321228
New Year's Day (observed)|||280103
""",
    "FM": """
New Year's Day|||0101
Micronesian Culture and Tradition Day|||0331
Federated States of Micronesia Day|||0510
Federated States of Micronesia Day (observed)|||260511 310509
United Nations Day (observed)|||261023 271025 321025
United Nations Day|||1024
Independence Day|||1103
FSM Veterans of Foreign Wars Day|||1111
Presidents Day|||1123
Christmas Day|||1225
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
FSM Veterans of Foreign Wars Day (observed)|||281110 291112
Micronesian Culture and Tradition Day (observed)|||290330 300401
Independence Day (observed)|||291102 301104
Presidents Day (observed)|||301122 311124
""",
    "FO": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Great Prayer Day|||260501 270423 280512 290427 300517 310509 320423
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Saint Olaf's Day|||0729
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
New Year's Eve|||1231
""",
    "FR": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "GA": """
New Year's Day|||0101
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 290402 300422 310414 320329
Women's Rights Day|||260417 270417 290417 300417 310417 320417
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Eid al-Adha|||260527 280505 290424 300413 310402 320322
Assumption Day|||0815
Independence Day|||0816
Independence Day Holiday|||0817
Liberation Day|||0830
All Saints' Day|||1101
Christmas Day|||1225
Eid al-Adha; Pentecost|||270516
Easter Monday; Women's Rights Day|||280417
""",
    "GB": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
May Day|||260504 270503 280501 290507 300506 310505 320503
Spring Bank Holiday|||260525 270531 280529 290528 300527 310526 320531
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "GD": """
New Year's Day|||0101
Independence Day|||0207
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Emancipation Day|||0801
Carnival Monday|||260810 270809 280814 290813 300812 310811 320809
Carnival Tuesday|||260811 270810 280815 290814 300813 310812 320810
National Heroes' Day|||1019
Thanksgiving Day|||1025
Thanksgiving Day (observed)|||261026
Christmas Day|||1225
Boxing Day|||1226
Independence Day (observed)|||270208
Emancipation Day (observed)|||270802 320802
Boxing Day (observed)|||271227 321227
National Heroes' Day (observed)|||311020
""",
    "GE": """
New Year's Day|||0101 0102
Christmas Day|||0107
Epiphany|||0119
Mother's Day|||0303
International Women's Day|||0308
National Unity Day|||260409 270409 280409 300409 310409 320409
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Holy Saturday|||260411 270501 280415 290407 300427 310412 320501
Easter Sunday|||260412 270502 280416 290408 300428 310413 320502
Easter Monday|||260413 270503 280417 300429 310414 320503
Day of Victory over Fascism|||0509
Saint Andrew's Day|||0512
Day of Family Sanctity and Respect for Parents|||0517
Independence Day|||0526
Dormition of the Mother of God|||0828
Holiday of Svetitskhovloba, Robe of Jesus|||1014
Saint George's Day|||1123
Easter Monday; National Unity Day|||290409
""",
    "GF": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 310602 320517
Abolition of Slavery|||260610 270610 280610 290610 310610 320610
National Day|||0714
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
Abolition of Slavery; Pentecost Monday|||300610
""",
    "GG": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
May Day Bank Holiday|||260504 270503 280501 290507 300506 310505 320503
Liberation Day|||0509
Spring Bank Holiday|||260525 270531 280529 290528 300527 310526 320531
Summer Bank Holiday|||260831 270830 280828 290827 300826 310825 320830
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (substitute day)|||261228 271228 321228
Christmas Day (substitute day)|||271227 321227
New Year's Day (substitute day)|||280103
""",
    "GH": """
New Year's Day|||0101
Constitution Day|||0107
Public Holiday|||260109 260703
Independence Day|||0306
Eid-ul-Fitr|||260320 270309 280226 290214 300204 310124 320114
Shaqq Day|||260321 270310 280227 290215 300205 310125 320115
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Eid-ul-Adha|||260527 270516 280505 290424 300413 310402 320322
Republic Day|||0701
Founder's Day|||0921
Farmers' Day|||261204 271203 281201 291207 301206 311205 321203
Christmas Day|||1225
Boxing Day|||1226
""",
    "GI": """
New Year's Day|||0101
Winter Midterm Bank Holiday|||260216 270215 280221 290219 300218 310217 320216
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Workers' Memorial Day|||0428
May Day|||0501
Spring Bank Holiday|||260525 270531 280529 290528 300527 310526 320531
King's Birthday|||260615 270614 280612 290611 300610 310616 320614
Late Summer Bank Holiday|||260831 270830 280828 290827 300826 310825 320830
Gibraltar National Day|||0910
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
May Day (observed)|||270503 320503
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Gibraltar National Day (observed)|||280911
Workers' Memorial Day (observed)|||290430 300429
""",
    "GL": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Great Prayer Day|||260501 270423 280512 290427 300517 310509 320423
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "GM": """
New Year's Day|||0101
Independence Day|||0218
Lialat-Ul-Qadr|||260316 270306 280223 290211 300131 310121 320110 321230
Koriteh|||260320 260321 270309 270310 280226 280227 290214 290215 300204 300205 310124 310125 320114 320115
Koriteh (observed, estimated)|||260323 280228 310127
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Africa Liberation Day|||0525
Tobaski|||260527 260528 270516 270517 280505 280506 290424 290425 300413 300414 310402 310403 320322 320323
Yawmul Ashura|||260625 270615 280603 290523 300512 310502 320420
July 22 Revolution Day|||0722
Feast of the Assumption|||0815
Feast of the Assumption (observed)|||260817 320816
Mawlid Nabi|||260825 270814 280803 290724 300713 310702 320620
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271227 321227
Lialat-Ul-Qadr (observed, estimated)|||270308 290212 320112
Labour Day (observed)|||270503 320503
Feast of the Assumption (observed); Mawlid Nabi (observed, estimated)|||270816
New Year's Day (observed)|||280103
Tobaski (observed, estimated)|||280508 300415
Yawmul Ashura (observed, estimated)|||280605 300513
July 22 Revolution Day (observed)|||280724 290723
Independence Day (observed)|||290219
Africa Liberation Day (observed)|||300527 310526
Mawlid Nabi (observed, estimated)|||300715 320621
""",
    "GN": """
New Year's Day|||0101
Day after Night of Power|||260316 270306 280223 290211 300131 310121 320110 321230
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Africa Day|||0525
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Day after Eid al-Adha|||260528 270517 280506 290425 300414 310403 320323
Assumption Day|||0815
Day after Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Independence Day|||1002
Christmas Day|||1225
""",
    "GP": """
New Year's Day|||0101
Mi-Careme|||260312 270304 280323 290308 300328 310320 320304
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Abolition of Slavery|||0527
National Day|||0714
Victor Schoelcher Day|||0721
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "GQ": """
New Year's Day|||0101
International Women's Day|||0308
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
International Labor Day|||0501
African Liberation Day|||0525
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
President's Day|||0605
Armed Forces Day|||0803
Constitution Day|||0815
Constitution Day (observed)|||260817 270816 320816
National Independence Day|||1012
Immaculate Conception|||1208
Christmas Day|||1225
International Labor Day (observed)|||270503 320503
President's Day (observed)|||270607 320607
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Immaculate Conception (observed)|||291210 301209
Armed Forces Day (observed)|||300805 310804
National Independence Day (observed)|||301014 311013
""",
    "GR": """
New Year's Day|||0101
Epiphany|||0106
Green Monday|||260223 270315 280228 290219 300311 310224 320315
Independence Day|||0325
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Easter Monday|||260413 270503 280417 290409 300429 310414 320503
Labor Day|||0501
Pentecost Monday|||260601 270621 280605 290528 300617 310602 320621
Dormition of the Mother of God|||0815
Ohi Day|||1028
Christmas Day|||1225
Glorifying Mother of God|||1226
Labor Day (observed)|||270504 320504
""",
    "GS": """
New Year's Day|||0101
Possession Day|||0117
Possession Day (observed)|||260119 270118 320119
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Liberation Day|||0425
Liberation Day (observed)|||260427 270426 320426
Shackleton Day|||0520
Mid-winter Day|||0621
Mid-winter Day (observed)|||260622 310623
Environment Day|||1030
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Environment Day (observed)|||271101 321101
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Shackleton Day (observed)|||280522 290521
""",
    "GT": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Labor Day|||0501
Army Day|||260629 270628 280703 290702 300701 310630 320628
Assumption Day|||0815
Independence Day|||0915
Revolution Day|||1020
All Saints' Day|||1101
Christmas Day|||1225
""",
    "GU": """
New Year's Day|||0101
Martin Luther King Jr. Day|||260119 270118 280117 290115 300121 310120 320119
Washington's Birthday|||260216 270215 280221 290219 300218 310217 320216
Guam Discovery Day|||260302 270301 280306 290305 300304 310303 320301
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Memorial Day|||260525 270531 280529 290528 300527 310526 320531
Juneteenth National Independence Day|||0619
Independence Day (observed)|||260703 270705 320705
Independence Day|||0704
Liberation Day (Guam)|||0721
Labor Day|||260907 270906 280904 290903 300902 310901 320906
All Souls' Day|||1102
Veterans Day|||1111
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Lady of Camarin Day|||1208
Christmas Day|||1225
Juneteenth National Independence Day (observed)|||270618 320618
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Veterans Day (observed)|||281110 291112
""",
    "GW": """
New Year's Day|||0101
National Heroes' Day|||0120
Day of the Beginning of the Armed Struggle|||0123
International Women's Day|||0308
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Worker's Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Pidjiguiti Day|||0803
Independence Day|||0924
Christmas Day|||1225
""",
    "GY": """
New Year's Day|||0101
Republic Day|||0223
Phagwah|||260303 270322 280311 290301 300320 310309 320327
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Arrival Day|||0505
Independence Day|||0526
Eid-Ul-Azha|||260528 270517 280506 290425 300414 310403 320323
CARICOM Day|||260706 270705 280703 290702 300701 310707 320705
Emancipation Day|||0801
Youman Nabi|||260826 270815 280804 290725 300714 310703 320621
Deepavali|||261108 271029 281017 291105 301026 311114 321102
Deepavali (observed)|||261109
Christmas Day|||1225
Day After Christmas|||1226
Day After Christmas (observed)|||261228 271228 321228
Emancipation Day (observed)|||270802 320802
Youman Nabi (observed, estimated)|||270816 300715
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Eid-Ul-Azha (observed, estimated)|||300415
Arrival Day (observed)|||300506
Phagwah (observed)|||310310
""",
    "HK": """
The first day of January|||0101
Lunar New Year's Day|||260217 270206 280126 290213 310123 320211
The second day of Lunar New Year|||260218 280127 290214 300204 310124 320212
The third day of Lunar New Year|||260219 270208 280128 290215 300205 310125 320213
Ching Ming Festival|||260405 270405 280404 290404 300405 310405 320404
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Ching Ming Festival (observed)|||260407 320405
Labour Day|||0501
The Birthday of the Buddha|||260524 270513 280502 290520 300509 310528 320516
The Birthday of the Buddha (observed)|||260525 290521 320517
Tuen Ng Festival|||260619 270609 280528 290616 300605 310624 320612
Hong Kong Special Administrative Region Establishment Day|||0701
The day following the Chinese Mid-Autumn Festival|||260926 270916 281004 300913 311002 320920
National Day|||1001
Chung Yeung Festival|||261018 271008 281026 291016 301005 311024 321012
Chung Yeung Festival (observed)|||261019
Christmas Day|||1225
The first weekday after Christmas Day|||261226 271227 281226 291226 301226 311226 321227
The fourth day of Lunar New Year|||270209 300206
Good Friday|||280414 290330 300419 310411 320326
Tuen Ng Festival (observed)|||280529
National Day (observed)|||281002
Hong Kong Special Administrative Region Establishment Day (observed)|||290702
The second day following the Chinese Mid-Autumn Festival|||290924
The day following Good Friday|||300420 310412 320327
""",
    "HM": """

""",
    "HN": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Panamerican Day|||260414 270414 290414 300414 310414 320414
Labor Day|||0501
Independence Day|||0915
Morazan Weekend|||261007 261008 261009 271006 271007 271008 281004 281005 281006 291003 291004 291005 301002 301003 301004 311001 311002 311003 321006 321007 321008
Christmas Day|||1225
Good Friday; Panamerican Day|||280414
""",
    "HR": """
New Year's Day|||0101
Epiphany|||0106
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Statehood Day|||0530
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Anti-Fascist Struggle Day|||0622
Victory and Homeland Thanksgiving Day and Croatian Veterans Day|||0805
Assumption Day|||0815
All Saints' Day|||1101
Remembrance Day|||1118
Christmas Day|||1225
Saint Stephen's Day|||1226
""",
    "HT": """
National Independence Day; New Year's Day|||0101
Ancestry Day|||0102
Carnival|||260215 270207 280227 290211 300303 310223 320208
Shrove Monday|||260216 270208 280228 290212 300304 310224 320209
Fat Tuesday|||260217 270209 280229 290213 300305 310225 320210
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Agriculture and Labor Day|||0501
Flag Day and University Day|||0518
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Assumption Day|||0815
Death of Dessalines|||1017
All Saints' Day|||1101
Day of the Dead|||1102
Armed Forces Day; Commemoration of the Battle of Vertieres|||1118
Christmas Day|||1225
""",
    "HU": """
New Year's Day|||0101
Day off (substituted from 01/10/2026)|||260102
National Day|||0315 1023
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
State Foundation Day|||0820
Day off (substituted from 08/08/2026)|||260821
All Saints' Day|||1101
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "ID": """
New Year's Day|||0101
Isra' and Mi'raj|||260116 270105 271226 281214 291204 301123 311113 321101
Lunar New Year|||260217 270206 280126 290213 300203 310123 320211
Day of Silence|||260319 270308 280326 290315 300305 310324 320312
Eid al-Fitr|||260321 270310 280227 290215 300204 310125 320114
Eid al-Fitr Second Day|||260322 270311 280228 290216 300205 310126 320115
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
International Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Eid al-Adha|||260527 270517 280505 290425 300414 310403 320322
Vesak Day|||260531 270520 280509 290527 300516 310604 320523
Pancasila Day|||0601
Islamic New Year|||260616 270606 280526 290515 300504 310423 320412
Independence Day|||0817
Prophet's Birthday|||260825 270815 280804 290724 300713 310702 320621
Christmas Day|||1225
""",
    "IE": """
New Year's Day|||0101
Saint Brigid's Day|||260202 270201 280207 290205 300201 310203 320202
Saint Patrick's Day|||0317
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
May Bank Holiday|||260504 270503 280501 290507 300506 310505 320503
June Bank Holiday|||260601 270607 280605 290604 300603 310602 320607
August Bank Holiday|||260803 270802 280807 290806 300805 310804 320802
October Bank Holiday|||261026 271025 281030 291029 301028 311027 321025
Christmas Day|||1225
Saint Stephen's Day|||1226
""",
    "IL": """
Pesach|||260402 270422 280411 290331 300418 310408 320327
Seventh day of Pesach|||260408 270428 280417 290406 300424 310414 320402
Independence Day|||260422 270512 300508
Shavuot|||260522 270611 280531 290520 300607 310528 320516
Rosh Hashanah|||260912 260913 271002 271003 280921 280922 290910 290911 300928 300929 310918 310919 320906 320907
Yom Kippur|||260921 271011 280930 290919 301007 310927 320915
Sukkot|||260926 271016 281005 290924 301012 311002 320920
Simchat Torah / Shemini Atzeret|||261003 271023 281012 291001 301019 311009 320927
Independence Day (observed)|||280502 290419 310429 320415
""",
    "IM": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
May Day|||260504 270503 280501 290507 300506 310505 320503
Spring Bank Holiday|||260525 270531 280529 290528 300527 310526 320531
TT Bank Holiday|||260605 270604 280602 290601 300607 310606 320604
Tynwald Day|||260706 270705 280705 290705 300705 310707 320705
Late Summer Bank Holiday|||260831 270830 280828 290827 300826 310825 320830
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "IN": """
Republic Day|||0126
Holi|||260304 270322 280311 290301 300320 310309 320327
Id-ul-Fitr|||260321 270310 280227 290215 300205 310125 320115
Ram Navami|||260326 270415 280403 300412 310401 320419
Mahavir Jayanti|||260331 270418 280407 290426 300416 310405 320423
Good Friday|||260403 270326 290330 300419 310411 320326
Dr. B. R. Ambedkar's Jayanti|||260414 270414 290414 310414 320414
Buddha Purnima|||260501 270520 280508 290527 300517 310507 320525
Id-ul-Zuha (Bakrid)|||260527 270517 280506 290425 310403 320323
Muharram|||260626 270616 280604 290524 300513 310503 320421
Independence Day|||260815 280815 290815 300815 310815 320815
Milad-un-Nabi|||260826 280804 290725 300714 310703 320621
Janmashtami (Vaishnava)|||260904 270825 280813 290901 300821 310810 320828
Mahatma Gandhi's Jayanti|||1002
Dussehra|||261020 271009 280927 291016 301006 311025 321014
Diwali (Deepavali)|||261108 271029 281017 291105 301026 311114 321102
Guru Nanak's Jayanti|||261124 271114 281102 291121 301110 311128 321117
Christmas|||1225
Maha Shivaratri|||270306 280223 290211 300302 310220 320310
Independence Day; Milad-un-Nabi|||270815
Dr. B. R. Ambedkar's Jayanti; Good Friday|||280414
Dr. B. R. Ambedkar's Jayanti; Id-ul-Zuha (Bakrid)|||300414
""",
    "IO": """

""",
    "IQ": """
New Year's Day|||0101
Army Day|||0106
Commemoration of the Saddam Baath crimes against the Iraqi people|||0316
Eid al-Fitr|||260320 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Eid al-Fitr; Nowruz|||260321
Labor Day|||0501
Day of Arafah|||260526 270515 280504 290423 300412 310401
Eid al-Adha|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 290426 300413 300414 300415 310402 310403 310404 320322 320323 320324
Eid al-Ghadir|||260604 270524 280513 290502 300421 310410 320330
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Ashura|||260625 270615 280603 290523 300512 310502 320420
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Nowruz|||270321 280321 290321 300321 310321
Day of Arafah; Nowruz|||320321
""",
    "IR": """
Birthday of Imam Ali|||260103 261223 271212 281201 291120 301110 311030 321019
Isra' and Mi'raj|||260117 270106 271226 281215 291204 301124 311113 321102
Birthday of Mahdi|||260204 270124 280113 290101 291222 301211 311201 321119
Islamic Revolution Day|||260211 270211 280211 290210 300210 310211 320211
Public Holiday|||260301 260302 260303 260304 260305 260306 260307
Martyrdom of Imam Ali|||260311 270301 280218 290206 300126 310116 320105 321225
Iranian Oil Industry Nationalization Day|||260320 270320 280319 290319 300319 310320 320319
Eid al-Fitr; Nowruz|||260321
Eid al-Fitr Holiday; Nowruz Holiday|||260322
Nowruz Holiday|||260323 260324 270322 270323 270324 280321 280323 290321 290322 290323 300322 300323 300324 310322 310323 310324 320321 320322
Islamic Republic Day|||260401 270401 280331 290331 300401 310401
Nature's Day|||260402 270402 280401 290401 300402 310402 320401
Martyrdom of Imam Ja'far al-Sadiq|||260414 270403 290311 300301 310218 320208
Eid al-Adha|||260527 270517 280506 290425 300414 310403
Death of Imam Khomeini; Eid al-Ghadir|||260604
15 Khordad Uprising|||260605 270605 290604 300605 310605 320604
Tasua|||260624 270615 290523 300512 310502 320420
Ashura|||260625 270616 290524 300513 310503 320421
Arbaeen|||260804 270725 280714 290703 300622 310611 320530
Death of Prophet Muhammad and Martyrdom of Hasan ibn Ali|||260812 270802 280722 290711 300630 310619 320607
Martyrdom of Ali al-Rida|||260813 270803 280723 290713 300702 310621 320609
Martyrdom of Hasan al-Askari|||260821 270811 280731 290721 300710 310629 320617
Birthday of Muhammad and Imam Ja'far al-Sadiq|||260830 270820 280809 290730 300719 310708 320626
Martyrdom of Fatima|||261113 271103 281022 291012 301002 310921 320909
Eid al-Fitr|||270310 280227 290215 300205 310125 320115
Eid al-Fitr Holiday|||270311 280228 290216 300206 310126 320116
Nowruz|||270321 280320 290320 300321 310321 320320
Eid al-Ghadir|||270525 280514 290503 300422 310411
Death of Imam Khomeini|||270604 290603 300604 310604 320603
Martyrdom of Imam Ja'far al-Sadiq; Nowruz Holiday|||280322
Death of Imam Khomeini; Tasua|||280603
15 Khordad Uprising; Ashura|||280604
Last Day of Year|||300320
Eid al-Adha; Nowruz Holiday|||320323
Eid al-Ghadir; Islamic Republic Day|||320331
""",
    "IS": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
First Day of Summer|||260423 270422 280420 290419 300425 310424 320422
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0617
Commerce Day|||260803 270802 280807 290806 300805 310804 320802
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "IT": """
New Year's Day|||0101
Epiphany|||0106
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Liberation Day|||0425
Labor Day|||0501
Republic Day|||0602
Assumption Of Mary Day|||0815
Saint Francis of Assisi, Patron Saint of Italy|||1004
All Saints' Day; National Unity Day|||261101
Immaculate Conception|||1208
Christmas Day|||1225
Saint Stephen's Day|||1226
All Saints' Day|||271101 281101 291101 301101 311101 321101
National Unity Day|||271107 281105 291104 301103 311102 321107
""",
    "JE": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Early May Bank Holiday|||260504 270503 280501 290507 300506 310505 320503
Liberation Day|||260509 280509 290509 300509 310509
Spring Bank Holiday|||260525 270531 280529 290528 300527 310526 320531
Summer Bank Holiday|||260831 270830 280828 290827 300826 310825 320830
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (substitute day)|||261228 271228 321228
Christmas Day (substitute day)|||271227 321227
New Year's Day (substitute day)|||280103
""",
    "JM": """
New Year's Day|||0101
Ash Wednesday|||260218 270210 280301 290214 300306 310226 320211
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
National Labour Day|||0523
National Labour Day (observed)|||260525 270524 320524
Emancipation Day|||0801
Independence Day|||0806
National Heroes Day|||261019 271018 281016 291015 301021 311020 321018
Christmas Day|||1225
Boxing Day|||1226
Emancipation Day (observed)|||270802 320802
Independence Day (observed)|||280807
""",
    "JO": """
New Year's Day|||0101
Isra' and Mi'raj|||260116 270105 281214 291203 301123 311112 321101
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Eid al-Fitr Holiday|||260321 260322 270310 270311 280227 280228 290215 290216 300205 300206 310125 310126 320115 320116
Labor Day|||0501
Independence Day|||260525 270525 290525 300525 310525 320525
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Eid al-Adha Holiday|||260528 260529 270517 270518 280506 280507 290425 290426 300414 300415 310403 310404 320323 320324
Islamic New Year|||260616 270606 290514 300503 310423 320411
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Christmas Day|||261225 281225 291225 301225 311225 321225
Christmas Day; Isra' and Mi'raj|||271225
Independence Day; Islamic New Year|||280525
""",
    "JP": """
New Year's Day|||0101
Coming of Age Day|||260112 270111 280110 290108 300114 310113 320112
Foundation Day|||0211
Emperor's Birthday|||0223
Vernal Equinox Day|||260320 270321 280320 290320 300320 310321 320320
Showa Day|||0429
Constitution Day|||0503
Greenery Day|||0504
Children's Day|||0505
Substitute Holiday|||260506 270322 290212 290430 290924 300506 300812 301104 310224 310506 311124
Marine Day|||260720 270719 280717 290716 300715 310721 320719
Mountain Day|||0811
Respect for the Aged Day|||260921 270920 280918 290917 300916 310915 320920
National Holiday|||260922 320921
Autumnal Equinox Day|||260923 270923 280922 290923 300923 310923 320922
Sports Day|||261012 271011 281009 291008 301014 311013 321011
Culture Day|||1103
Labor Thanksgiving Day|||1123
""",
    "KE": """
New Year's Day|||0101
Idd-ul-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Madaraka Day|||0601
Mazingira Day|||1010
Mashujaa Day|||1020
Jamhuri Day|||1212
Christmas Day|||1225
Boxing Day|||1226
Mazingira Day (observed)|||271011 321011
Jamhuri Day (observed)|||271213 321213
Boxing Day (observed)|||271227 321227
Mashujaa Day (observed)|||301021
Madaraka Day (observed)|||310602
""",
    "KG": """
New Year's Day||Новый год|0101
New Year Holidays||Новогодние каникулы|0102 0103 0104 0105 0106
Christmas Day||Рождество Христово|0107
International Women's Day||Международный женский день|0308
Eid al-Fitr||Орозо айт|260320
Nooruz Holiday||Народный праздник Нооруз|0321
Labor Day||Праздник труда|0501
May Holidays||Майские каникулы|0502 0503 0504 0506 0507 0508
Constitution Day||День Конституции Кыргызской Республики|260505 270505 290505 300505 310505 320505
Victory Day||День Победы|0509
Eid al-Adha||Курман айт|260527
Independence Day||День независимости Кыргызской Республики|0831
Eid al-Fitr||Орозо айт (приблизительная дата)|270309 280226 290214 300204 310124 320114
Eid al-Adha||Курман айт (приблизительная дата)|270516 290424 300413 310402 320322
Constitution Day; Eid al-Adha||День Конституции Кыргызской Республики; Курман айт (приблизительная дата)|280505
""",
    "KH": """
International New Year Day|||0101
Day of Victory over the Genocidal Regime|||0107
International Women's Rights Day|||0308
Khmer New Year's Day|||0414 0415 260416 270416 280413 290416 300416 310416 320413
International Labor Day; Visaka Bochea Day|||260501
Royal Ploughing Ceremony|||260505 270524 280512 300520 310509 320527
HM King Norodom Sihamoni's Birthday|||0514
HM Queen Norodom Monineath Sihanouk the Queen-Mother's Birthday|||0618
Constitution Day|||0924
Pchum Ben Day|||261010 261011 261012 270929 270930 271001 280917 280918 280919 291006 291007 291008 300925 300926 300927 311014 311016 321003 321004 321005
HM King Norodom Sihanouk Mourning Day|||261015 271015 281015 291015 301015 321015
HM King Norodom Sihamoni's Coronation Day|||1029
National Independence Day|||261109 271109 281109 291109 311109 321109
Water Festival|||261123 261124 261125 271112 271113 271114 281031 281101 281102 291119 291120 291121 301108 301110 311127 311128 311129 321116 321117 321118
Peace Day in Cambodia|||1229
International Labor Day|||270501 280501 300501 310501 320501
Visaka Bochea Day|||270520 280508 290427 300516 310505 320523
International Labor Day; Royal Ploughing Ceremony|||290501
National Independence Day; Water Festival|||301109
HM King Norodom Sihanouk Mourning Day; Pchum Ben Day|||311015
""",
    "KI": """
New Year's Day|||0101
International Women's Day|||0308
International Women's Day (observed)|||260309 310310
Good Friday|||260403 270326 280414 290330 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
National Health Day|||260419 270419 280419 290419 310419 320419
National Health Day (observed)|||260420 310421
Gospel Day|||0711
National Day - Independence Anniversary|||0712
National Day - Independence Anniversary (observed)|||260713 310714
National Day (in honor of Unimwane)|||0715
National Day (in honor of Unaine)|||0716
Youth Day|||0805
Human Rights and Peace Day|||1209
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
National Day (in honor of Unaine) (observed)|||280717
Youth Day (observed)|||280807 290806
Human Rights and Peace Day (observed)|||281211 291210
Good Friday; National Health Day|||300419
""",
    "KM": """
New Year's Day|||0101
Isra' and Mi'raj|||260116 270105 281214 291203 301123 321101
Cheikh al Maarouf Day|||0318
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Labour Day|||0501
Eid al-Adha|||260527 260528 270516 270517 280505 280506 290424 290425 300413 300414 310402 310403 320322 320323
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
National Day|||0706
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Maore Day|||261112 271112 281112 291112 301112 321112
Christmas Day|||261225 281225 291225 301225 311225 321225
Christmas Day; Isra' and Mi'raj|||271225
Isra' and Mi'raj; Maore Day|||311112
""",
    "KN": """
Carnival Day|||0101
Carnival Day - Last Lap|||0102
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||260504 270503 280501 290507 300506 310505 320503
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Emancipation Day|||260803 270802 280807 290806 300805 310804 320802
Culturama Day - Last Lap|||260804 270803 280808 290807 300806 310805 320803
National Heroes Day|||0916
Independence Day|||0919
Christmas Day|||1225
Boxing Day|||1226
Independence Day (observed)|||270920 320920
Boxing Day (observed)|||271227 321227
Carnival Day - Last Lap (observed)|||280103
National Heroes Day (observed)|||290917
""",
    "KP": """
New Year's Day|||0101
Founding Day of the Korean People's Army|||0208
Day of the Shining Star|||0216 270217 280217 290217 310217 320217
Day of the Shining Star; Korean New Year|||260217
Daeboreum|||260303 270221 280210 290227 310206 320225
International Women's Day|||0308
Cheongmyeong Festival|||260405 270405 280404 290404 300405 310405 320404
Day of the Sun|||0415 0416
Founding Day of the Korean People's Revolutionary Army|||0425
International Workers' Day|||0501
Foundation Day of the Korean Children's Union|||0606
Day of Victory in the Great Fatherland Liberation War|||0727
Liberation Day|||0815
Day of Songun|||0825
Youth Day|||0828
Founding Day of the DPRK|||0909
Chuseok|||260925 270915 281003 290922 300912 311001 320919
Foundation Day of the Workers' Party of Korea|||1010
Mother's Day|||1116
Socialist Constitution Day|||1227
Korean New Year|||270207 280127 290213 300203 310123 320211
Daeboreum; Day of the Shining Star|||300217
""",
    "KR": """
New Year's Day|||0101
The day preceding Korean New Year|||260216 270206 280126 290212 300202 310122 320210
Korean New Year|||260217 270207 280127 290213 300203 310123 320211
The second day of Korean New Year|||260218 270208 280128 290214 300204 310124 320212
Independence Movement Day|||0301
Alternative holiday for Independence Movement Day|||260302 310303
Labor Day|||0501
Children's Day|||0505
Buddha's Birthday|||260524 270513 280502 290520 300509 310528 320516
Alternative holiday for Buddha's Birthday|||260525 290521 320517
Local Election Day|||260603 300612
Memorial Day|||0606
Constitution Day|||0717
Liberation Day|||0815
Alternative holiday for Liberation Day|||260817 270816 320816
The day preceding Chuseok|||260924 270914 281002 290921 300911 310930 320918
Chuseok|||260925 270915 290922 300912 311001 320919
The second day of Chuseok|||260926 270916 281004 290923 300913 311002 320920
National Foundation Day|||261003 271003 291003 301003 311003 321003
Alternative holiday for National Foundation Day|||261005 271004 321004
Hangul Day|||1009
Christmas Day|||1225
Alternative holiday for Korean New Year|||270209 300205
Alternative holiday for Labor Day|||270503 320503
Alternative holiday for Constitution Day|||270719 320719
Alternative holiday for Hangul Day|||271011 321011
Alternative holiday for Christmas Day|||271227 321227
National Assembly Election Day|||280412 320414
Chuseok; National Foundation Day|||281003
Alternative holiday for Chuseok|||281005 290924 320921
Alternative holiday for Children's Day|||290507 300506
Presidential Election Day|||300327
""",
    "KW": """
New Year's Day|||0101
Isra' and Mi'raj|||260116 270105 271225 281214 291203 301123 311112 321101
National Day|||0225
Liberation Day|||260226 270226 290226 300226 310226 320226
Eid al-Fitr|||260320 270309 290214 300204 310124 320114
Eid al-Fitr Holiday|||260321 260322 270310 270311 280227 280228 290215 290216 300205 300206 310125 310126 320115 320116
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Eid al-Adha Holiday|||260528 260529 270517 270518 280506 280507 290425 290426 300414 300415 310403 310404 320323 320324
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Eid al-Fitr; Liberation Day|||280226
""",
    "KY": """
New Year's Day|||0101
National Heroes Day|||260126 270125 280124 290122 300128 310127 320126
Ash Wednesday|||260218 270210 280301 290214 300306 310226 320211
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Emancipation Day|||260504 270503 280501 290507 300506 310505 320503
Discovery Day|||260518 270517 280515 290521 300520 310519 320517
King's Birthday|||260622 270621 280619 290618 300617 310623 320621
Constitution Day|||260706 270705 280703 290702 300701 310707 320705
Remembrance Day|||261109 271108 281113 291112 301111 311110 321108
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "KZ": """
New Year's Day|||0101 0102
Orthodox Christmas|||0107
International Women's Day|||0308
International Women's Day (observed)|||260309 310310
Nowruz Holiday|||0321 0323 260322 270322 280322 290322 300322 310322
Nowruz Holiday (observed)|||260324 260325 270324 300325 310324 310325 320324
Kazakhstan's People Solidarity Holiday|||0501
Defender of the Fatherland Day|||0507
Victory Day|||0509
Victory Day (observed)|||260511 270510 320510
Eid al-Adha|||260527 270516 280505 290424 300413 310402
Capital Day|||0706
Republic Day|||1025
Republic Day (observed)|||261026 311027
Independence Day|||1216
New Year's Day (observed)|||270104 280103 280104
Constitution Day|||270315 280315 290315 300315 310315 320315
Kazakhstan's People Solidarity Holiday (observed)|||270503 320503
Defender of the Fatherland Day (observed)|||280508
Independence Day (observed)|||281218 291217
Capital Day (observed)|||300708 310707
Constitution Day (observed)|||310317
Eid al-Adha; Nowruz Holiday|||320322
""",
    "LA": """
New Year's Day|||0101
International Women's Rights Day|||0308
International Women's Rights Day (in lieu)|||260309 310310
Lao New Year's Day|||0414 0415 0416
International Labor Day|||0501
Lao National Day|||1202
International Labor Day (in lieu)|||270503 320503
New Year's Day (in lieu)|||280103
Lao New Year's Day (in lieu)|||280417 280418 290417 290418 300417
Lao National Day (in lieu)|||281204 291203
""",
    "LB": """
New Year's Day|||0101
Armenian Orthodox Christmas Day|||0106
Saint Maron's Day|||0209
Eid al-Fitr|||260320 260321 270309 270310 280226 280227 290214 290215 300204 300205 310124 310125 320114 320115
Feast of the Annunciation|||0325
Catholic Good Friday|||260403 270326 290330 300419 320326
Orthodox Good Friday|||260410 270430 290406 300426 320430
Labor Day|||0501
Martyrs' Day|||260503 270502 280507 290506 300505 310504 320502
Resistance and Liberation Day|||260510 270509 280514 290513 310511 320509
Eid al-Adha|||260527 260528 270516 270517 280505 280506 290424 290425 300413 300414 310402 310403 320322 320323
Islamic New Year Day|||260616 270606 280525 290514 300503 310423 320411
Ashura|||260625 270615 280603 290523 310502 320420
Assumption Day|||0815
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Independence Day|||1122
Christmas Day|||1225
Catholic Good Friday; Orthodox Good Friday|||280414 310411
Orthodox Holy Saturday|||280415 310412
Ashura; Resistance and Liberation Day|||300512
""",
    "LC": """
New Year's Day|||0101
New Year's Holiday|||0102
Independence Day|||0222
Independence Day (observed)|||260223 320223
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Emancipation Day|||0801
Thanksgiving Day|||261005 271004 281002 291001 301007 311006 321004
National Day|||1213
National Day (observed)|||261214
Christmas Day|||1225
Boxing Day|||1226
Emancipation Day (observed)|||270802 320802
Boxing Day (observed)|||271227 321227
New Year's Holiday (observed)|||280103
""",
    "LI": """
New Year's Day|Neujahr||0101
Epiphany|Heilige Drei Könige||0106
Candlemas|Mariä Lichtmess||0202
Saint Joseph's Day|Josefstag||0319
Easter Sunday|Ostersonntag||260405 270328 280416 290401 300421 310413 320328
Easter Monday|Ostermontag||260406 270329 280417 290402 300422 310414 320329
Labor Day|Tag der Arbeit||0501
Ascension Day|Auffahrt||260514 270506 280525 290510 300530 310522 320506
Pentecost|Pfingstsonntag||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|Pfingstmontag||260525 270517 280605 290521 300610 310602 320517
Corpus Christi|Fronleichnam||260604 270527 280615 290531 300620 310612 320527
National Day|Staatsfeiertag||0815
Nativity of Mary|Mariä Geburt||0908
All Saints' Day|Allerheiligen||1101
Immaculate Conception|Mariä Empfängnis||1208
Christmas Day|Weihnachten||1225
Saint Stephen's Day|Stephanstag||1226
""",
    "LK": """
Duruthu Full Moon Poya Day|||260103
Tamil Thai Pongal Day|||260115
Nawam Full Moon Poya Day|||260201
Independence Day|||260204
Maha Sivarathri Day|||260215
Medin Full Moon Poya Day|||260302
Eid al-Fitr|||260321
Bak Full Moon Poya Day|||260401
Good Friday|||260403
Day Before Sinhala and Tamil New Year|||260413
Sinhala and Tamil New Year|||260414
International Workers' Day; Vesak Full Moon Poya Day|||260501
Day Following Vesak Full Moon Poya Day|||260502
Eid al-Adha|||260528
Adhi Poson Full Moon Poya Day|||260530
Poson Full Moon Poya Day|||260629
Esala Full Moon Poya Day|||260729
Prophet's Birthday|||260826
Nikini Full Moon Poya Day|||260827
Binara Full Moon Poya Day|||260926
Vap Full Moon Poya Day|||261025
Diwali|||261108
Il Full Moon Poya Day|||261124
Unduvap Full Moon Poya Day|||261223
Christmas Day|||261225
""",
    "LR": """
New Year's Day|||0101
Armed Forces Day|||0211
Decoration Day|||260311 270310 280308 290314 300313 310312 320310
J. J. Roberts Memorial Birthday|||0315
Fasting and Prayer Day|||260410 270409 280414 290413 300412 310411 320409
National Unification and Integration Day|||0514
Independence Day|||0726
National Flag Day|||0824
Thanksgiving Day|||261105 271104 281102 291101 301107 311106 321104
Tubman Administration Goodwill Day|||1129
Christmas Day|||1225
""",
    "LS": """
New Year's Day|||0101
Moshoeshoe's Day|||0311
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Workers' Day|||0501
Ascension Day|||260514 270506 290510 300530 310522 320506
Africa/Heroes Day|||260525 270525 290525 300525 310525 320525
King's Birthday|||0717
Independence Day|||1004
Christmas Day|||1225
Boxing Day|||1226
Africa/Heroes Day; Ascension Day|||280525
""",
    "LT": """
New Year's Day|||0101
Day of Restoration of the State of Lithuania|||0216
Day of Restoration of Independence of Lithuania|||0311
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
International Workers' Day|||0501
Mother's Day|||260503 270502 280507 290506 300505 310504 320502
Father's Day|||260607 270606 280604 290603 300602 310601 320606
Day of Dew and Saint John|||0624
Statehood Day|||0706
Assumption Day|||0815
All Saints' Day|||1101
All Souls' Day|||1102
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "LU": """
New Year's Day|Neujahr||0101
Easter Monday|Ostermontag||260406 270329 280417 290402 300422 310414 320329
Labor Day|Tag der Arbeit||0501
Europe Day|Europatag||0509
Ascension Day|Christi Himmelfahrt||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|Pfingstmontag||260525 270517 280605 290521 300610 310602 320517
National Day|Nationalfeiertag||0623
Assumption Day|Mariä Himmelfahrt||0815
All Saints' Day|Allerheiligen||1101
Christmas Day|Weihnachten||1225
Saint Stephen's Day|Zweiter Weihnachtsfeiertag||1226
""",
    "LV": """
New Year's Day||Новый год|0101
Day off (substituted from 01/17/2026)||Выходной (перенесено с 17.01.2026)|260102
Good Friday||Страстная пятница|260403 270326 280414 290330 300419 310411 320326
Easter Sunday||Пасха|260405 270328 280416 290401 300421 310413 320328
Easter Monday||Пасхальный понедельник|260406 270329 280417 290402 300422 310414 320329
Constitutional Assembly Convocation Day; Labor Day||День созыва Учредительного собрания Латвийской Республики; День труда|0501
Restoration of Independence Day||День восстановления независимости Латвийской Республики|0504
Mother's Day||День матери|260510 270509 280514 290513 300512 310511 320509
Pentecost||Пятидесятница|260524 270516 280604 290520 300609 310601 320516
Day off (substituted from 06/27/2026)||Выходной (перенесено с 27.06.2026)|260622
Midsummer Eve||Лиго|0623
Midsummer Day||Янов день|0624
Republic of Latvia Proclamation Day||День провозглашения Латвийской Республики|1118
Christmas Eve||Рождественский сочельник|1224
Christmas Day||Рождество Христово|1225
Second Day of Christmas||Второй день Рождества|1226
New Year's Eve||Канун Нового года|1231
Republic of Latvia Proclamation Day (observed)||День провозглашения Латвийской Республики (выходной)|281120 291119
Restoration of Independence Day (observed)||День восстановления независимости Латвийской Республики (выходной)|300506 310505
""",
    "LY": """
Anniversary of the February 17 Revolution|||0217
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Labor Day|||0501
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 290426 300413 300414 300415 310402 310403 310404 320322 320323 320324
Islamic New Year Day|||260616 270606 280525 290514 300503 310423 320411
National Environmental Sanitation Day|||260814 280814 290814 300814 310814 320814
Prophet's Birthday|||260825 280803 290724 300713 310702 320620
Martyrs' Day|||0916
Liberation Day|||1023
Independence Day|||1224
National Environmental Sanitation Day; Prophet's Birthday|||270814
""",
    "MA": """
New Year's Day|||0101
Proclamation of Independence Day|||0111
Amazigh New Year|||260114 270114 280114 290114 300114 310114
Eid al-Fitr|||260320 260321 270309 270310 280226 280227 290214 290215 300204 300205 310124 310125 320115
Labor Day|||0501
Eid al-Adha|||260527 260528 270516 270517 280505 280506 290424 290425 300413 300414 310402 310403 320322 320323
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Throne Day|||0730
Oued Ed-Dahab Day|||260814 280814 290814 300814 310814 320814
Revolution Day|||0820
Youth Day|||0821
Prophet's Birthday|||260825 260826 270815 280803 280804 290724 290725 300713 300714 310702 310703 320620 320621
Unity Day|||1031
Green March|||1106
Independence Day|||1118
Oued Ed-Dahab Day; Prophet's Birthday|||270814
Amazigh New Year; Eid al-Fitr|||320114
""",
    "MC": """
New Year's Day|||0101
Saint Devote's Day|||0127
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Assumption Day|||0815
All Saints' Day|||1101
All Saints' Day (observed)|||261102
Prince's Day|||1119
Immaculate Conception|||1208
Christmas Day|||1225
Assumption Day (observed)|||270816 320816
Prince's Day (observed)|||281120
Immaculate Conception (observed)|||301209
""",
    "MD": """
New Year's Day|||0101
Christmas Day (by old style)|||0107 0108
International Women's Day|||0308
Easter|||260412 260413 270502 270503 280416 280417 290408 290409 300428 300429 310413 310414 320502 320503
Day of Rejoicing|||260420 270510 280424 290416 300506 310421 320510
International Workers' Solidarity Day|||0501
Europe Day; Victory Day and Commemoration of the heroes fallen for Independence of Fatherland|||0509
International Children's Day|||0601
Republic of Moldova Independence Day|||0827
National Language Day|||0831
Christmas Day (by new style)|||1225
""",
    "ME": """
New Year's Day|||0101 0102
Labor Day|||0501 0502
Independence Day|||0521 0522
Statehood Day|||0713 0714
Njegos Day|||1113
Labor Day (observed)|||270503 320503
New Year's Day (observed)|||280103
Independence Day (observed)|||280523
Statehood Day (observed)|||300715 310715
""",
    "MF": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Abolition of Slavery|||0528
National Day|||0714
Victor Schoelcher Day|||0721
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "MG": """
New Year's Day|||0101
Women's Day|||0308
Martyrs' Day|||260329 280329 290329 300329 310329
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 280417 290402 300422 310414
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Mother's Day|||260531 270530 280528 290527 300526 310525 320530
Father's Day|||260621 270620 280618 290617 300616 310615 320620
Independence Day|||0626
Assumption Day|||0815
All Saints' Day|||1101
Republic Day|||1211
Christmas Day|||1225
Easter Monday; Martyrs' Day|||270329 320329
""",
    "MH": """
New Year's Day|||0101
Nuclear Victims Remembrance Day|||0301
Nuclear Victims Remembrance Day Holiday|||260302 310228
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Constitution Day|||0501
Fisherman's Day|||260703 270702 280707 290706 300705 310704 320702
Dri-jerbal Day|||260904 270903 280901 290907 300906 310905 320903
Manit Day|||260925 270924 280929 290928 300927 310926 320924
President's Day|||261117 271117 281117 291117 301117 321117
Gospel Day|||261204 271203 281201 291207 301206 311205 321203
Christmas Day|||1225
Constitution Day Holiday|||270430 320430
General Election Day|||271115
Christmas Day Holiday|||271224 321224
New Year's Day Holiday|||271231 321231
President's Day Holiday|||291116 301118
General Election Day; President's Day|||311117
""",
    "MK": """
New Year's Day|||0101
Christmas Day|||0107
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260413 270503 280417 290409 300429 310414 320503
Labor Day|||0501
Saints Cyril and Methodius Day|||0524
Saints Cyril and Methodius Day (observed)|||260525
Republic Day|||0802
Republic Day (observed)|||260803
Independence Day|||0908
National Uprising Day|||1011
National Uprising Day (observed)|||261012
Macedonian Revolutionary Struggle Day|||1023
Saint Clement of Ohrid Day|||1208
Christmas Day (observed)|||290108
Independence Day (observed)|||300909
Saint Clement of Ohrid Day (observed)|||301209
""",
    "ML": """
New Year's Day|||0101
Armed Forces Day|||0120
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Martyrs' Day|||0326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Africa Day|||0525
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Prophet's Baptism|||260901 270821 280810 290731 300720 310709 320627
National Day of the Republic of Mali|||0922
Christmas Day|||1225
""",
    "MM": """
New Year's Day|||0101
Independence Day|||260104 270104 280104 290104 310104 320104
Union Day|||0212
Chinese New Year|||260217 270206 280126 290213 300203 310123 320211
Full Moon Day of Tabaung; Peasants' Day|||260302
Armed Forces Day|||0327
Myanmar New Year|||0413 0415 0416 0417 0418 0419 0420 0421 260414 270414 280414 290414 310414 320414
Full Moon Day of Kason|||260430 270520 280508 290427 300516 310505 320524
May Day|||0501
Eid al-Adha|||260528 270517 280506 290425 310403 320323
Martyrs' Day|||0719
Full Moon Day of Waso|||260729 270718 280706 290725 300714 310803 320722
Thadingyut Holidays|||261025 261026 261027 271014 271015 271016 281002 281003 281004 291021 291022 291023 301010 301011 301012 311030 311031 311101 321018 321019 321020
Diwali|||261110 271030 281018 291106 301026 311115 321103
Full Moon Day of Tazaungmon|||261124 271113 281101 291120 301109 311129 321117
National Day|||261204 271123 281111 291130 301119 311209 321127
Christmas Day|||1225
Karen New Year|||270108 271228 281216 301224 320113
Peasants' Day|||270302 280302 290302 300302 310302 320302
Full Moon Day of Tabaung|||270322 280310 290227 300318 310307 320326
Independence Day; Karen New Year|||300104
Eid al-Adha; Myanmar New Year|||300414
""",
    "MN": """
New Year's Day|||0101
Lunar New Year|||260218 260219 260220 270207 270208 270209 280226 280227 280228 290214 290215 290216 300203 300204 300205 310222 310223 310224 320212 320213 320214
International Women's Day|||0308
The Buddha's Birthday|||260531 270520 280607 290527 300517 310605 320525
Children's Day|||0601
National Festival and People's Revolution Anniversary|||0710 0711 0712 0713 0714 0715
Genghis Khan's Birthday|||261110 271129 281117 291107 311115 321104
Republic Day|||261126 271126 281126 291126 311126 321126
National Freedom and Independence Day|||1229
Genghis Khan's Birthday; Republic Day|||301126
""",
    "MO": """
New Year's Day|||0101
Lunar New Year's Day|||260217 270206 280126 290213 300203 310123 320211
The second day of Lunar New Year|||260218 270207 280127 290214 300204 310124 320212
The third day of Lunar New Year|||260219 270208 280128 290215 300205 310125 320213
Ching Ming Festival|||260405 270405 280404 290404 300405 310405 320404
Labour Day|||0501
The Day following Chong Chao (Mid-Autumn) Festival|||260926 270916 281004 290923 300913 311002 320920
National Day of the People's Republic of China|||1001
Chung Yeung Festival (Festival of Ancestors)|||261018 271008 281026 291016 301005 311024 321012
Macao S.A.R. Establishment Day|||1220
""",
    "MP": """
New Year's Day|||0101
Martin Luther King Jr. Day|||260119 270118 280117 290115 300121 310120 320119
Washington's Birthday|||260216 270215 280221 290219 300218 310217 320216
Commonwealth Covenant Day|||0324
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Memorial Day|||260525 270531 280529 290528 300527 310526 320531
Juneteenth National Independence Day|||0619
Independence Day (observed)|||260703 270705 320705
Independence Day|||0704
Labor Day|||260907 270906 280904 290903 300902 310901 320906
Commonwealth Cultural Day|||261012 271011 281009 291008 301014 311013 321011
Election Day|||261103 281107 301105 321102
Citizenship Day|||1104
Veterans Day|||1111
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Constitution Day|||1208
Christmas Day|||1225
Juneteenth National Independence Day (observed)|||270618 320618
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Citizenship Day (observed)|||281103 291105
Veterans Day (observed)|||281110 291112
Commonwealth Covenant Day (observed)|||290323 300325
Constitution Day (observed)|||291207 301209
""",
    "MQ": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 320506
Abolition of Slavery|||260522 270522 280522 290522 300522 320522
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Victor Schoelcher Day|||0721
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
Abolition of Slavery; Ascension Day|||310522
""",
    "MR": """
New Year's Day|||0101
Eid al-Fitr|||260320 260321 270309 270310 280226 280227 290214 290215 300204 300205 310124 310125 320114 320115
Labor Day|||0501
Africa Day|||260525 270525 290525 300525 310525 320525
Eid al-Adha|||260527 260528 270516 270517 280505 280506 290424 290425 300413 300414 310402 310403 320322 320323
Islamic New Year|||260616 270606 290514 300503 310423 320411
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Independence Day|||1128
Africa Day; Islamic New Year|||280525
""",
    "MS": """
New Year's Day|||0101
Saint Patrick's Day|||0317
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||260504 270503 280501 290507 300506 310505 320503
Whit Monday|||260525 270517 280605 290521 310602 320517
King's Birthday|||260615 270614 280612 290611 310616 320614
Day of Prayer and Thanksgiving|||260708 270714 280712 290711 300710 310709 320714
Emancipation Day|||260803 270802 280807 290806 300805 310804 320802
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Festival Day|||1231
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103 290102
Saint Patrick's Day (observed)|||290319 300318
King's Birthday; Whit Monday|||300610
Whit Monday (observed)|||300611
""",
    "MT": """
New Year's Day|||0101
Feast of Saint Paul's Shipwreck|||0210
Feast of Saint Joseph|||0319
Freedom Day|||0331
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Worker's Day|||0501
Sette Giugno|||0607
Feast of Saint Peter and Saint Paul|||0629
Feast of the Assumption|||0815
Feast of Our Lady of Victories|||0908
Independence Day|||0921
Feast of the Immaculate Conception|||1208
Republic Day|||1213
Christmas Day|||1225
""",
    "MU": """
New Year's Day|||0101
Day after New Year's Day|||0102
Abolition of Slavery|||0201
Thaipoosam Cavadee|||260202 270122 280209 290129 300118 310206 320127
Maha Shivaratree|||260215 270306 280223 290211 300302 310220 320310
Chinese Spring Festival|||260217 270206 280126 290213 300203 310123 320211
Independence and Republic Day|||0312
Ougadi|||260319 270407 280327 290414 300403 310324 320411
Eid-ul-Fitr|||260321 270310 280227 290215 300205 310125 320115
Labour Day|||0501
Assumption of the Blessed Virgin Mary|||260815 280815 300815 320815
Ganesh Chaturthi|||260914 270904 280823 290911 300901 310920 320908
Arrival of Indentured Labourers|||261102 271102 281102 291102 301102 311102
Divali|||261108 271029 281017 291105 301026 311114
Christmas Day|||1225
All Saints' Day|||271101 291101 311101
Arrival of Indentured Labourers; Divali|||321102
""",
    "MV": """
New Year's Day|||0101
First Day of Ramadan|||260218 270208 280128 290116 300105 301226 311215 321204
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Eid al-Fitr Holiday|||260321 260322 270310 270311 280227 280228 290215 290216 300205 300206 310125 310126 320115 320116
International Worker's Day|||0501
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Eid al-Adha Holiday|||260528 260529 260530 270517 270518 270519 280506 280507 280508 290425 290426 290427 300414 300415 300416 310403 310404 310405 320323 320324 320325
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Independence Day|||0726
National Day|||260814 270803 280723 290713 300702 310621 320609
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
The Day Maldives Embraced Islam|||260912 270902 280822 290811 300801 310721 320709
Victory Day|||1103
Republic Day|||1111
""",
    "MW": """
New Year's Day|||0101
John Chilembwe Day|||0115
Martyrs Day|||0303
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Kamuzu Day|||0514
Independence Day|||0706
Mother's Day|||1015
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Labour Day (observed)|||270503 320503
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
John Chilembwe Day (observed)|||280117
Kamuzu Day (observed)|||280515
Mother's Day (observed)|||281016
Martyrs Day (observed)|||290305 300304
Independence Day (observed)|||300708 310707
""",
    "MX": """
New Year's Day|||0101
Constitution Day|||260202 270201 280207 290205 300204 310203 320202
Benito Juárez's birthday|||260316 270315 280320 290319 300318 310317 320315
Labor Day|||0501
Independence Day|||0916
Revolution Day|||261116 271115 281120 291119 301118 311117 321115
Christmas Day|||1225
Change of Federal Government|||301001
""",
    "MY": """
Chinese New Year|||260217 270206 280126 290213 300203 310123 320211
Chinese New Year (Second Day)|||260218 270207 280127 290214 310124 320212
Eid al-Fitr (additional holiday)|||260320
Eid al-Fitr|||260321 270310 280227 290215 310125 320114
Eid al-Fitr (Second Day)|||260322 270311 280228 290216 300205 310126 320115
Eid al-Fitr (Second Day) (observed)|||260323
Labor Day|||0501
Eid al-Adha|||260527 270517 280505 290425 300414 310403 320322
Vesak Day|||260531 270520 280509 290527 300516 310506 320523
Birthday of HM Yang di-Pertuan Agong|||260601 270607 280605 290604 300603 310602 320607
Vesak Day (observed)|||260602
Islamic New Year|||260617 270606 280526 290515 300504 310423 320412
Prophet Muhammad's Birthday|||260825 270815 280804 290724 300713 310702 320621
National Day|||0831
Malaysia Day|||0916
Christmas Day|||1225
Chinese New Year (Second Day) (observed)|||270208
Prophet Muhammad's Birthday (observed)|||270816
Eid al-Fitr (observed, estimated)|||280229
Vesak Day (observed, estimated)|||290528 320524
Malaysia Day (observed)|||290917
Chinese New Year (Second Day); Eid al-Fitr|||300204
Chinese New Year (observed, estimated)|||300206
Eid al-Adha (observed, estimated)|||300415
Eid al-Fitr (Second Day) (observed, estimated)|||310127
National Day (observed)|||310901
""",
    "MZ": """
International Fraternalism Day|||0101
Heroes' Day|||0203
Women's Day|||0407
International Workers' Day|||0501
National Independence Day|||0625
Victory Day|||0907
Armed Forces Day|||0925
Peace and Reconciliation Day|||1004
Peace and Reconciliation Day (observed)|||261005
Family Day|||1225
National Independence Day (observed)|||280626
Heroes' Day (observed)|||300204
Women's Day (observed)|||300408
Victory Day (observed)|||310908
""",
    "NA": """
New Year's Day|||0101
Independence Day|||0321
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Workers' Day|||0501
Cassinga Day|||0504
Ascension Day|||260514 270506 290510 300530 310522 320506
Africa Day|||260525 270525 290525 300525 310525 320525
Genocide Remembrance Day|||0528
Heroes' Day|||0826
Day of the Namibian Women and International Human Rights Day|||1210
Christmas Day|||1225
Family Day|||1226
Independence Day (observed)|||270322 320322
Family Day (observed)|||271227 321227
Africa Day; Ascension Day|||280525
Day of the Namibian Women and International Human Rights Day (observed)|||281211
Heroes' Day (observed)|||290827
Cassinga Day (observed)|||310505
Africa Day (observed)|||310526
""",
    "NC": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
Citizenship Day|||0924
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "NE": """
New Year's Day|||0101
Laylat al-Qadr|||260316 270306 280223 290211 300131 310121 320110 321230
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
National Concord Day|||260424 270424 280424 300424 310424 320424
International Labor Day|||0501
Eid al-Adha|||260527 270516 280505 300413 310402 320322
Day after Eid al-Adha|||260528 270517 280506 290425 300414 310403 320323
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Anniversary of the CNSP Coup|||0726
Anniversary of the CNSP Coup (observed)|||260727
Anniversary of the Proclamation of Independence|||260803 270803 290803 300803 310803 320803
Prophet's Birthday|||260825 270814 290724 300713 310702 320620
National Day|||1218
Christmas Day|||1225
Islamic New Year (observed, estimated)|||270607 320412
Anniversary of the Proclamation of Independence; Prophet's Birthday|||280803
Laylat al-Qadr (observed, estimated)|||290212
Eid al-Adha; National Concord Day|||290424
Day after Eid al-Adha (observed, estimated)|||300415
Anniversary of the Proclamation of Independence (observed)|||310804
Prophet's Birthday (observed, estimated)|||320621
""",
    "NF": """
New Year's Day|||0101
Australia Day|||0126
Foundation Day|||0306
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
ANZAC Day|||0425
Bounty Day|||0608
King's Birthday|||260615 270614 280612 290611 300617 310616 320614
Show Day|||261012 271011 281009 291008 301014 311013 321011
Thanksgiving Day|||261125 271124 281129 291128 301127 311126 321124
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Australia Day (observed)|||300128 310127
Bounty Day (observed)|||300610 310609
""",
    "NG": """
New Year's Day|||0101
Id el Fitr|||260319 270310 280227 290215 300205 310125 320115
Id el Fitr Holiday|||260320 270311 280228 290216 300206 310126 320116
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Workers' Day|||0501
Id el Kabir|||260528 270517 280506 290425 300414 310403 320323
Id el Kabir Holiday|||260529 270518 280507 290426 300415 310404 320324
Democracy Day|||0612
Id el Maulud|||260826 270815 280804 290725 300714 310703 320621
National Day|||1001
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Workers' Day (observed)|||270503 320503
Presidential Inauguration Day|||270529 310529
Democracy Day (observed)|||270614 320614
Id el Maulud (observed, estimated)|||270816 300715
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Id el Fitr (observed, estimated)|||280229 310127
Id el Kabir (observed, estimated)|||280508 300416
Id el Kabir Holiday (observed, estimated)|||280509
National Day (observed)|||281002
Id el Fitr Holiday (observed, estimated)|||310128
""",
    "NI": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||0501
Mother's Day|||0530
Revolution Day|||0719
Battle of San Jacinto Day|||0914
Independence Day|||0915
Immaculate Conception|||1208
Christmas Day|||1225
""",
    "NL": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Day|||260427 270427 280427 290427 300427 310426 320427
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Christmas Day|||1225
Second Day of Christmas|||1226
Liberation Day|||300505
""",
    "NO": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Constitution Day|||260517 280517 290517 300517 310517
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 280605 290521 300610 310602
Christmas Day|||1225
Second Day of Christmas|||1226
Constitution Day; Pentecost Monday|||270517 320517
""",
    "NP": """
Prithvi Jayanti|||0111
Maghe Sankranti|||260115 270115 280115 290114 300114 310115
Sonam Lhochhar|||260119 290115 300203 310124
Martyr's Day|||260129 270129 280129 290129 300129 310130 320130
Maha Shivaratri|||260215 270306 280223 290211 300302 320310
Gyalpo Lhosar|||260218 290214 300305 310222
National Democracy Day|||260219 270219 280219 290219 300219 320220
Fagu Poornima|||260302 270321 280310 290228 300319 320326
Fagu Poornima (Terai)|||260303 270322 280311 290301 300320 310309 320327
International Women's Day|||260308 270308 280308 290308 300308 320308
Eid al-Fitr|||260321 270310 280227 290215 300205 310125
Ram Navami|||260327 270415 280403 290422 300412 310401 320419
Nepali New Year|||260414 270414 280413 290414 310414 320413
Buddha Jayanti; International Labor Day|||260501
Eid al-Adha|||260528 270517 280506 290425 310403 320323
Republic Day|||260529 270529 280528 290528 300529 310529 320528
Janai Poornima|||260828 270817 280805 290823 300813 310802 320820
Shree Krishna Janmashtami|||260904 270825 280813 290901 300821 310810 320828
Constitution Day|||260919 270919 280918 290919 300919 310919 320919
Ghatasthapana|||261011 270930 280919 291008 300928 311017 321005
Fulpati|||261018 271006 280925 291013 301003 311022 321011
Maha Ashtami; Maha Navami|||261019 280926
Bijaya Dashami|||261020 271009 280927 291016 301006 311025 321014
Ekadashi (Dashain)|||261021 271010 280928 291017 301007 311026 321015
Duwadashi (Dashain)|||261022 271011 280929 291018 301008 311027 321016
Laxmi Pooja|||261108
Gai Tihar|||261109
Gobardhan Pooja; Mha Pooja|||261110 271030 281018 291106 301027 311115 321103
Bhai Tika|||261111 271031 281019 291107 301028 311116 321104
Chhath Parva|||261115 271104 281023 291111 301101 311120 321109
Christmas Day|||1225
Tamu Lhochhar|||261230 271230 281230 291230 301231 311231 321230
Gyalpo Lhosar; Sonam Lhochhar|||270207 280226 320212
International Labor Day|||270501 280501 290501 300501 310501 320501
Buddha Jayanti|||270520 280508 290527 300517 310507 320525
Maha Ashtami|||271007 291014 301004 311023 321012
Maha Navami|||271008 291015 301005 311024 321013
Gai Tihar; Laxmi Pooja|||271029 281017 291105 301026 311114 321102
Eid al-Adha; Nepali New Year|||300414
Maha Shivaratri; National Democracy Day|||310220
Fagu Poornima; International Women's Day|||310308
Eid al-Fitr; Maghe Sankranti|||320115
""",
    "NR": """
New Year's Day|||0101
Independence Day|||0131
Day following Independence Day|||0201
Independence Day (observed)|||260202 270202 320202
Day following Independence Day (observed)|||260203 310203 320203
International Women's Day|||0308
International Women's Day (observed)|||260309 310310
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Easter Tuesday|||260407 270330 280418 290403 300423 310415 320330
Constitution Day|||0517
Constitution Day (observed)|||260518 310519
RONPHOS Handover|||0701
Ibumin Earoeni Day|||0819
Sir Hammer DeRoburt Day|||0925
Angam Day|||1026
Christmas Day|||1225
Day following Christmas|||1226
Day following Christmas (observed)|||261228 271228 321228
Sir Hammer DeRoburt Day (observed)|||270927 320927
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
RONPHOS Handover (observed)|||280703 290702
Ibumin Earoeni Day (observed)|||280821 290820
Angam Day (observed)|||301028 311027
""",
    "NU": """
New Year's Day|||0101
Takai Commission Holiday|||0102
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
ANZAC Day|||0425
ANZAC Day (observed)|||260427 270426 320426
King's Birthday|||260601 270607 280605 290604 300603 310602 320607
Constitution Day|||1019
Constitution Day Holiday|||1020
Peniamina Gospel Day|||261026 271025 281023 301028 311027 321025
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Takai Commission Holiday (observed)|||270104 280104
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Constitution Day Holiday (observed); Peniamina Gospel Day|||291022
Constitution Day (observed)|||301021 311021
Constitution Day Holiday (observed)|||301022
""",
    "NZ": """
New Year's Day|||0101
Day after New Year's Day|||0102
Waitangi Day|||0206
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Anzac Day|||0425
Anzac Day (observed)|||260427 270426 320426
King's Birthday|||260601 270607 280605 290604 300603 310602 320607
Matariki|||260710 270625 280714 290706 300621 310711 320702
Labour Day|||261026 271025 281023 291022 301028 311027 321025
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Day after New Year's Day (observed)|||270104 280104
Waitangi Day (observed)|||270208 280207
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "OM": """
Sultan's Accession Day|||260115 270111 280111 290111 300111 310111 320111
Isra' and Mi'raj|||260118 270105 271225 281214 291203 301123 311112 321101
Eid al-Fitr|||260319 260320 260321 260322 270308 270309 270310 270311 280225 280226 280227 280228 290213 290214 290215 290216 300202 300203 300204 300205 300206 310123 310124 310125 310126 320112 320113 320114 320115 320116
Eid al-Adha|||260526 260527 260528 260529 270515 270516 270517 270518 280504 280505 280506 280507 290423 290424 290425 290426 300412 300413 300414 300415 310401 310402 310403 310404 320321 320322 320323 320324
Islamic New Year|||260618 270606 280525 290514 300503 310423 320411
Prophet's Birthday|||260827 270814 280803 290724 300713 310702 320620
National Day|||261125 261126 271120 271121 281120 281121 291120 291121 301120 301121 311120 311121 321120 321121
""",
    "PA": """
New Year's Day|||0101
Martyrs' Day|||0109
Carnival Tuesday|||260217 270209 280229 290213 300305 310225 320210
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labor Day|||0501
Separation Day|||1103
Colon Day|||1105
Los Santos Uprising Day|||1110
Independence Day|||1128
Mother's Day|||1208
National Mourning Day|||1220
National Mourning Day (observed)|||261221
Christmas Day|||1225
Independence Day (observed)|||271129 321129
Martyrs' Day (observed)|||280110
Colon Day (observed)|||281106
Separation Day (observed)|||301104
Los Santos Uprising Day (observed)|||301111
Mother's Day (observed)|||301209
""",
    "PE": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Labor Day|||0501
Battle of Arica and Flag Day|||0607
Saint Peter and Saint Paul's Day|||0629
Peruvian Air Force Day|||0723
Independence Day|||0728
Great Military Parade Day|||0729
Battle of Junín Day|||0806
Rose of Lima Day|||0830
Battle of Angamos Day|||1008
All Saints' Day|||1101
Immaculate Conception|||1208
Battle of Ayacucho Day|||1209
Christmas Day|||1225
""",
    "PF": """
New Year's Day|||0101
Missionary Day|||0305
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Matāri'i|||1120
Christmas Day|||1225
""",
    "PG": """
New Year's Day|||0101
Grand Chief Sir Michael Somare Remembrance Day|||0226
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Birthday|||0617
Papua New Guinea Remembrance Day|||0723
National Repentance Day|||0826
Independence Day|||0916
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||271227 321227
Papua New Guinea Remembrance Day (observed)|||280724
National Repentance Day (observed)|||290827
Independence Day (observed)|||290917
""",
    "PH": """
New Year's Day|||0101
Chinese New Year|||260217 270206 280126 290213 300203 310123 320211
Eid'l Fitr|||260320 270309 280226 290214 300204 310124 320114
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Black Saturday|||260404 270327 280415 290331 300420 310412 320327
Araw ng Kagitingan|||0409
Labor Day|||0501
Eid'l Adha|||260527 270516 280505 290424 300413 310402 320322
Independence Day|||0612
Ninoy Aquino Day|||0821
National Heroes Day|||260831 270830 280828 290827 300826 310825 320830
All Saints' Day|||1101
All Souls' Day|||261102 271102
Bonifacio Day|||1130
Feast of the Immaculate Conception of Mary|||1208
Christmas Eve|||261224 271224
Christmas Day|||1225
Rizal Day|||1230
Last Day of the Year|||1231
""",
    "PK": """
Kashmir Solidarity Day|||260205 270205 280205 290205 310205 320205
Eid-ul-Fitr|||260320 260321 270310 270311 270312 280227 280228 280229 290215 290216 290217 300206 300207 310125 310126 310127 320115 320116 320117
Pakistan Day|||260323 270323 280323 290323 300323 310323
Labour Day|||0501
Eid-ul-Adha|||260526 260527 270517 270518 270519 280506 280507 280508 290425 290426 290427 300414 300415 300416 310403 310404 310405 320324 320325
Eid-ul-Adha; Youm-e-Takbeer|||260528
Ashura|||260625 260626 270615 270616 280603 280604 290523 290524 300512 300513 310502 310503 320420 320421
Independence Day|||0814
Eid Milad-un-Nabi|||260826 270815 280804 290725 300714 310703 320621
Iqbal Day|||1109
Quaid-e-Azam Day|||1225
Youm-e-Takbeer|||270528 280528 290528 300528 310528 320528
Eid-ul-Fitr; Kashmir Solidarity Day|||300205
Eid-ul-Adha; Pakistan Day|||320323
""",
    "PL": """
New Year's Day|Neujahr||0101
Epiphany|Heilige Drei Könige||0106
Easter Sunday|Ostersonntag||260405 270328 280416 290401 300421 310413 320328
Easter Monday|Ostermontag||260406 270329 280417 290402 300422 310414 320329
National Day|Nationalfeiertag||0501
National Day of the Third of May|Nationalfeiertag am 3. Mai||0503
Pentecost|Pfingsten||260524 270516 280604 290520 300609 310601 320516
Corpus Christi|Fronleichnam||260604 270527 280615 290531 300620 310612 320527
Assumption Day|Mariä Himmelfahrt||0815
All Saints' Day|Allerheiligen||1101
National Independence Day|Nationalfeiertag der Unabhängigkeit||1111
Christmas Eve|Heiligabend||1224
Christmas Day|Erster Weihnachtstag||1225
Second Day of Christmas|Zweiter Weihnachtstag||1226
""",
    "PM": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "PN": """
New Year's Day|||0101
Bounty Day|||0123
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Birthday|||260601 270607 280605 290604 300603 310602 320607
Pitcairn Day|||0702
Christmas Day|||1225
Boxing Day|||1226
""",
    "PR": """
New Year's Day|||0101
Epiphany|||0106
Martin Luther King Jr. Day|||260119 270118 280117 290115 300121 310120 320119
George Washington Day, Presidents' Day, and the Day of the Women and Men Heroes of Puerto Rico|||260216 270215 280221 290219 300218 310217 320216
Emancipation Day|||0322
Emancipation Day (observed)|||260323
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Memorial Day|||260525 270531 280529 290528 300527 310526 320531
Juneteenth National Independence Day|||0619
Independence Day (observed)|||260703 270705 320705
Independence Day|||0704
Puerto Rico Constitution Day|||0725
Labor Day|||260907 270906 280904 290903 300902 310901 320906
Columbus Day|||261012 271011 281009 291008 301014 311013 321011
Veterans Day|||1111
Puerto Rican Identity Day|||1119
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Christmas Day|||1225
Juneteenth National Independence Day (observed)|||270618 320618
Puerto Rico Constitution Day (observed)|||270726 320726
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Puerto Rican Identity Day (observed)|||281120
Veterans Day (observed)|||291112
""",
    "PS": """
New Year's Day|||0101
Orthodox Christmas Day|||0107
Isra' and Mi'raj|||260116 270105 281214 291203 301123 311112 321101
International Women's Day|||0308
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Easter|||260405 260412 270328 270502 280416 290401 290408 300421 300428 310413 320328 320502
Labor Day|||0501
Eid al-Adha|||260527 260528 260529 260530 270516 270517 270518 270519 280505 280506 280507 280508 290424 290425 290426 290427 300413 300414 300415 300416 310402 310403 310404 310405 320322 320323 320324 320325
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Independence Day|||1115
Catholic Christmas Day|||261225 281225 291225 301225 311225 321225
Catholic Christmas Day; Isra' and Mi'raj|||271225
""",
    "PT": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Freedom Day|||0425
Labor Day|||0501
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Day of Portugal, Camões, and the Portuguese Communities|||0610
Assumption Day|||0815
Republic Day|||1005
All Saints' Day|||1101
Restoration of Independence Day|||1201
Immaculate Conception|||1208
Christmas Day|||1225
""",
    "PW": """
New Year's Day|||0101
Youth Day|||0315
Youth Day (observed)|||260316 310314
Senior Citizens Day|||0505
President's Day|||0601
Constitution Day|||0709
Labor Day|||260907 270906 280904 290903 300902 310901 320906
Independence Day|||1001
United Nations Day (observed)|||261023 271025 321025
United Nations Day|||1024
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Family Day|||261127 271126 281124 291123 301122 311128 321126
Christmas Day|||1225
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Constitution Day (observed)|||280710
Independence Day (observed)|||281002
Senior Citizens Day (observed)|||290504 300506
President's Day (observed)|||300531 310602
""",
    "PY": """
New Year's Day|||0101
Patriots Day|||0301
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Workers' Day|||0501
National Holiday|||0514
National Independence Day|||0515
Chaco Armistice Day|||0612
Constitution Oath Day|||260622 270620 280620 290620 300620 310620 320620
Asuncion Foundation's Day|||0815
Boqueron Battle Day|||0929
Caacupe Virgin Day|||1208
Christmas Day|||1225
""",
    "QA": """
National Sports Day|||260210 270209 280208 290213 300212 310211 320210
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Eid al-Adha|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 290426 300413 300414 300415 310402 310403 310404 320322 320323 320324
Qatar National Day|||1218
""",
    "RE": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Abolition of Slavery|||1220
Christmas Day|||1225
""",
    "RO": """
New Year's Day|||0101 0102
Epiphany|||0106
Saint John the Baptist|||0107
Unification of the Romanian Principalities Day|||0124
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Easter|||260412 260413 270502 270503 280416 280417 290408 290409 300428 300429 310413 310414 320502 320503
Labor Day|||0501
Pentecost|||260531 270620 270621 280604 280605 290527 290528 300616 300617 310602 320620 320621
Children's Day; Pentecost|||260601 310601
Dormition of the Mother of God|||0815
Saint Andrew's Day|||1130
National Day|||1201
Christmas Day|||1225 1226
Children's Day|||270601 280601 290601 300601 320601
""",
    "RS": """
New Year's Day|||0101 0102
Orthodox Christmas Day|||0107
Statehood Day|||0215 0216
Statehood Day (observed)|||260217 310217 320217
Good Friday|||260410 270430 280414 290406 300426 310411 320430
Holy Saturday|||260411 280415 290407 300427 310412
Easter Sunday|||260412 280416 290408 300428 310413
Easter Monday|||260413 270503 280417 290409 300429 310414 320503
Labor Day|||260501 260502 280501 280502 290501 290502 300501 300502 310501 310502
Armistice Day|||1111
Holy Saturday; Labor Day|||270501 320501
Easter Sunday; Labor Day|||270502 320502
Labor Day (observed)|||270504 320504
New Year's Day (observed)|||280103
Armistice Day (observed)|||291112
""",
    "RU": """
New Year Holidays||Новогодние каникулы|0101 0102 0103 0104 0105 0106 0108
Christmas Day||Рождество Христово|0107
Day off (substituted from 01/03/2026)||Выходной (перенесено с 03.01.2026)|260109
Defender of the Fatherland Day||День защитника Отечества|0223
International Women's Day||Международный женский день|0308
International Women's Day (observed)||Международный женский день (выходной)|260309
Holiday of Spring and Labor||Праздник Весны и Труда|0501
Victory Day||День Победы|0509
Victory Day (observed)||День Победы (выходной)|260511 270510
Russia Day||День России|0612
Unity Day||День народного единства|1104
Day off (substituted from 01/04/2026)||Выходной (перенесено с 04.01.2026)|261231
Day off (substituted from 02/20/2027)||Выходной (перенесено с 20.02.2027)|270222
Holiday of Spring and Labor (observed)||Праздник Весны и Труда (выходной)|270503
Russia Day (observed)||День России (выходной)|270614
Day off (substituted from 01/02/2027)||Выходной (перенесено с 02.01.2027)|271105
Day off (substituted from 01/03/2027)||Выходной (перенесено с 03.01.2027)|271231
""",
    "RW": """
New Year's Day|||0101
Day after New Year's Day|||0102
National Heroes' Day|||0201
National Heroes' Day (observed)|||260202 310203 320202
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Memorial Day of Genocide perpetrated against the Tutsi in 1994|||0407
Labor Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Independence Day|||0701
Liberation Day|||0704
Liberation Day (observed)|||260706 270705 320705
Umuganura Day|||260807 270806 280804 290803 300802 310801 320806
Assumption Day|||0815
Assumption Day (observed)|||260817 270816 320816
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228
Day after New Year's Day (observed)|||270104
Labor Day (observed)|||270503 320503
Eid al-Adha (observed, estimated)|||270517 300415
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Eid al-Fitr (observed, estimated)|||280228
Independence Day (observed)|||280703 290702
""",
    "SA": """
Founding Day Holiday|||0222
Eid al-Fitr Holiday|||260319 260320 260321 260322 270309 270310 270311 270312 280226 280227 280228 280229 290214 290215 290216 290217 300203 300204 300205 300206 310124 310125 310126 310127 320113 320114 320115 320116
Eid al-Fitr Holiday (observed)|||260323 260324 270314 280301 290218 290219 310128 310129 320118
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha Holiday|||260527 260528 260529 270516 270517 270518 280505 280506 280507 290424 290425 290426 300413 300414 300415 310402 310403 310404 320322 320323 320324
Eid al-Adha Holiday (observed)|||260531 270519 280508 280509 300416 300417 310406
National Day Holiday|||0923
National Day Holiday (observed)|||280924
Founding Day Holiday (observed)|||300221 310223
""",
    "SB": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Whit Monday|||260525 270517 280605 290521 300610 310602 320517
King's Birthday|||260619 270618 280616 290615 300614 310620 320618
Independence Day|||0707
Christmas Day|||1225
National Day of Thanksgiving|||1226
National Day of Thanksgiving (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||271231 321231
Independence Day (observed)|||290706 300708
""",
    "SC": """
New Year's Day|||0101
New Year Holiday|||0102
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
The Fete Dieu|||260604 270527 280615 290531 300620 310612 320527
Constitution Day|||0618
Independence (National) Day|||0629
Assumption Day|||0815
All Saints Day|||1101
All Saints Day (observed)|||261102
The Feast of the Immaculate Conception|||1208
Christmas Day|||1225
Assumption Day (observed)|||270816 320816
New Year Holiday (observed)|||280103
Constitution Day (observed)|||280619
The Feast of the Immaculate Conception (observed)|||301209
Independence (National) Day (observed)|||310630
""",
    "SD": """
Independence Day|||0101
Coptic Christmas Day|||0107
Eid al-Fitr|||260320 260321 260322 260323 270309 270310 270311 270312 280226 280227 280228 280229 290214 290215 290216 290217 300204 300205 300206 300207 310124 310125 310126 310127 320114 320115 320116 320117
Coptic Easter|||260412 270502 280416 290408 300428 310413 320502
Eid al-Adha|||260526 260527 260528 260529 260530 270515 270516 270517 270518 270519 280504 280505 280506 280507 280508 290423 290424 290425 290426 290427 300412 300413 300414 300415 300416 310401 310402 310403 310404 310405 320321 320322 320323 320324 320325
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Christmas Day|||1225
""",
    "SE": """
New Year's Day|||0101
Epiphany|||0106
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
May Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
National Day|||0606
Midsummer Day|||260620 270626 280624 290623 300622 310621 320626
All Saints' Day|||261031 271106 281104 291103 301102 311101 321106
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "SG": """
New Year's Day|||0101
Chinese New Year|||260217 260218 270206 270207 280126 280127 290213 290214 300203 310123 310124 320211 320212
Hari Raya Puasa|||260321 270310 280227 290215 310125 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Labour Day|||0501
Hari Raya Haji|||260527 270517 280505 290425 300414 310403 320322
Vesak Day|||260531 270520 280509 290527 300516 310604 320523
Vesak Day (observed)|||260601
National Day|||0809
National Day (observed)|||260810
Deepavali|||261108 271028 281115 291105 301026 311114 321102
Deepavali (observed)|||261109
Christmas Day|||1225
Chinese New Year (observed)|||270208
Hari Raya Puasa (observed, estimated)|||280228
Vesak Day (observed, estimated)|||290528 320524
Chinese New Year; Hari Raya Puasa|||300204
Chinese New Year (observed, estimated)|||300205
Hari Raya Haji (observed, estimated)|||300415
""",
    "SH": """
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Birthday|||261113 271112 281117 291116 301115 311114 321112
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
""",
    "SI": """
New Year's Day|||0101 0102
Prešeren's Day, the Slovenian Cultural Holiday|||0208
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Day of Uprising Against Occupation|||0427
Labor Day|||0501 0502
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Statehood Day|||0625
Assumption Day|||0815
Reformation Day|||1031
Day of Remembrance for the Dead|||1101
Christmas Day|||1225
Independence and Unity Day|||1226
""",
    "SJ": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Constitution Day|||260517 280517 290517 300517 310517
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Pentecost Monday|||260525 280605 290521 300610 310602
Christmas Day|||1225
Second Day of Christmas|||1226
Constitution Day; Pentecost Monday|||270517 320517
""",
    "SK": """
Day of the Establishment of the Slovak Republic|||0101
Epiphany (Three Kings' Day and Orthodox Christmas)|||0106
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Saints Cyril and Methodius Day|||0705
Slovak National Uprising Anniversary|||0829
All Saints' Day|||1101
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
Day of Victory over Fascism|||270508 280508 290508 300508 310508 320508
Day of Our Lady of the Seven Sorrows|||270915 280915 290915 300915 310915 320915
""",
    "SL": """
New Year's Day|||0101
Armed Forces Day|||0218
International Women's Day|||0308
International Women's Day (observed)|||260309 310310
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Independence Day|||0427
International Worker's Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
International Worker's Day (observed)|||270503 320503
Eid al-Adha (observed, estimated)|||270517 300415
Prophet's Birthday (observed, estimated)|||270816 300715 320621
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
Eid al-Fitr (observed, estimated)|||280228
Armed Forces Day (observed)|||290219
Independence Day (observed)|||300429 310428
""",
    "SM": """
New Year's Day|||0101
Epiphany|||0106
Anniversary of the Liberation of the Republic and Feast of Saint Agatha|||0205
Anniversary of the Arengo|||0325
Investiture of Captains Regent|||1001 260401 270401 280401 300401 310401 320401
Easter Sunday|||260405 270328 280416 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Workers' Day|||0501
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Anniversary of the Fall of Fascism and Freedom Day|||0728
Assumption Day|||0815
Saint Marinus' Day, Anniversary of the Founding of the Republic|||0903
All Saints' Day|||1101
Commemoration of the Dead|||1102
Immaculate Conception|||1208
Christmas Day|||1225
Saint Stephen's Day|||1226
Easter Sunday; Investiture of Captains Regent|||290401
""",
    "SN": """
New Year's Day|||0101
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Independence Day|||0404
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 280605 290521 300610 310602 320517
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Ashura|||260625 270615 280603 290523 300512 310502 320420
Grand Magal of Touba|||260801 270722 280711 290630 300619 310608 320527
Assumption Day|||0815
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
All Saints' Day|||1101
Christmas Day|||1225
Eid al-Adha (observed, estimated); Pentecost Monday|||270517
""",
    "SO": """
New Year's Day|||0101
Isra' and Mi'raj|||260116 270105 271225 281214 291203 301123 311112 321101
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Labor Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Ashura|||260625 270615 280603 290523 300512 310502 320420
Independence Day|||0626
Republic Day|||0701
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
""",
    "SR": """
New Year's Day|||0101
Chinese New Year|||260217 270206 280126 290213 300203 310123 320211
Holi|||260303 270322 280311 290328 300319 310309 320327
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Day of Freedoms|||0701
Indigenous People Day|||0809
Day of the Maroons|||1010
Diwali|||261108 271028 281017 291105 301025 311114 321102
Independence Day|||1125
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "SS": """
New Year's Day|||0101
Peace Agreement Day|||0109
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
International Labour Day|||0501
SPLA Day|||260516 280516 290516 300516 310516 320516
Eid al-Adha|||260527 280505 290424 300413 310402 320322
Independence Day|||0709
Martyrs' Day|||0730
Christmas Eve|||1224
Christmas Day|||1225
Second Day of Christmas|||1226
Eid al-Adha; SPLA Day|||270516
""",
    "ST": """
New Year's Day|||0101
Day of King Amador|||0104
Day of King Amador (observed)|||260105 310103 320105
Martyrs' Day|||0203
Worker's Day|||0501
Independence Day|||0712
Independence Day (observed)|||260713 310711
Armed Forces Day|||0906
Armed Forces Day (observed)|||260907 310905
Agricultural Reform Day|||0930
São Tomé Day|||1221
Christmas Day|||1225
Worker's Day (observed)|||270430 320430
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Agricultural Reform Day (observed)|||280929 291001
Martyrs' Day (observed)|||290202 300204
São Tomé Day (observed)|||301220 311222
""",
    "SV": """
New Year's Day|||0101
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Labor Day|||0501
Mother's Day|||0510
Father's Day|||0617
Celebrations of San Salvador|||0806
Independence Day|||0915
All Souls' Day|||1102
Christmas Day|||1225
""",
    "SX": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Day|||260427 270427 280427 290427 300427 310426 320427
Carnival Day|||260430 270430 280502 290430 300430 310430 320430
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost|||260524 270516 280604 290520 300609 310601 320516
Emancipation Day|||260701 270701 280701 290702 300701 310701 320701
Constitution Day|||261012 271011 281009 291008 301014 311013 321011
Sint Maarten Day|||1111
Christmas Day|||1225
Second Day of Christmas|||1226
""",
    "SY": """
New Year's Day|||0101
Revolution Day|||0308
Eid al-Fitr|||260320 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
Eid al-Fitr; Mother's Day|||260321
Gregorian Easter Sunday|||260405 270328 290401 300421 320328
Julian Easter Sunday|||260412 270502 290408 300428 320502
Independence Day|||0417
Labor Day|||0501
Martyrs' Day|||260506 270506 290506 300506 310506 320506
Eid al-Adha|||260526 260527 260528 260529 270515 270516 270517 270518 280504 280505 280507 290423 290424 290425 290426 300412 300413 300414 300415 310401 310402 310403 310404 320322 320323 320324
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Tishreen Liberation War Day|||1006
Liberation Day|||1208
Christmas Day|||1225
Boxing Day|||1226
Mother's Day|||270321 280321 290321 300321 310321
Gregorian Easter Sunday; Julian Easter Sunday|||280416 310413
Eid al-Adha; Martyrs' Day|||280506
Eid al-Adha; Mother's Day|||320321
""",
    "SZ": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
King's Birthday|||260419 270419 280419 290419 310419 320419
King's Birthday (observed)|||260420
National Flag Day|||0425
Worker's Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Birthday of Late King Sobhuza|||0722
Independence Day|||0906
Independence Day (observed)|||260907
Christmas Day|||1225
Boxing Day|||1226
National Flag Day (observed)|||270426 320426
Boxing Day (observed)|||271227 321227
Birthday of Late King Sobhuza (observed)|||290723
Good Friday; King's Birthday|||300419
""",
    "TC": """
New Year's Day|||0101
Commonwealth Day|||260309 270308 280313 290312 300311 310310 320308
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
JAGS McCartney Day|||260525 270531 280529 290528 300527 310526 320531
King's Birthday|||260608 270614 280612 290611 300610 310609 320614
Emancipation Day|||0801
Emancipation Day (observed)|||260803 270802 320802
National Day of Thanksgiving|||260830 270829 280827 290826 300825 310824 320829
Constitution Day|||260831 270830 280828 290827 300826 310825 320830
National Youth Day|||260925 270924 280929 290928 300927 310926 320924
National Heritage Day|||261012 271011 281009 291008 301014 311013 321011
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "TD": """
New Year's Day|||0101
International Women's Day|||0308
International Women's Day (observed)|||260309
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Independence Day|||0811
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
All Saints' Day|||1101
Republic Day|||1128
Freedom and Democracy Day|||1201
Christmas Day|||1225
Republic Day (observed)|||271129 321129
Independence Day (observed)|||300812
Freedom and Democracy Day (observed)|||301202
""",
    "TF": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "TG": """
New Year's Day|||0101
First Day of Ramadan|||260218 270208 280128 290116 300105 301226 311215 321204
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Independence Day|||0427
Labor Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Martyrs' Day|||0621
Assumption Day|||0815
All Saints' Day|||1101
Christmas Day|||1225
""",
    "TH": """
New Year's Day|||0101
Bridge Public Holiday|||260102
National Children's Day|||260110 270109 280108 290113 300112 310111 320110
Makha Bucha|||260303 270221 280210 290227 300217 310307 320225
Chakri Memorial Day|||0406
Songkran Festival|||0413 0414 0415
National Labor Day|||0501
Coronation Day|||0504
Visakha Bucha|||260531 270520 280508 290527 300516 310604 320523
Visakha Bucha (in lieu)|||260601 290528 320524
HM Queen Suthida's Birthday|||0603
HM King Maha Vajiralongkorn's Birthday|||0728
Asarnha Bucha|||260729 270718 280706 290725 300714 310802 320722
Buddhist Lent Day|||260730 270719 280707 290726 300715 310803 320723
HM Queen Sirikit The Queen Mother's Birthday; National Mother's Day|||0812
HM King Bhumibol Adulyadej Memorial Day|||1013
HM King Chulalongkorn Memorial Day|||1023
HM King Bhumibol Adulyadej the Great's Birthday; National Day; National Father's Day|||1205
HM King Bhumibol Adulyadej the Great's Birthday (in lieu); National Day (in lieu); National Father's Day (in lieu)|||261207 271206 321206
Constitution Day|||1210
New Year's Eve|||1231
Makha Bucha (in lieu)|||270222 300218
National Labor Day (in lieu)|||270503 320503
Asarnha Bucha (in lieu)|||270720 300716 310804
HM King Chulalongkorn Memorial Day (in lieu)|||271025 321025
New Year's Day (in lieu)|||280103
Songkran Festival (in lieu)|||280417 290416 300416 310416
HM Queen Suthida's Birthday (in lieu)|||280605 290604
HM Queen Sirikit The Queen Mother's Birthday (in lieu); National Mother's Day (in lieu)|||280814 290813
Constitution Day (in lieu)|||281211
New Year's Eve (in lieu)|||290102
HM King Maha Vajiralongkorn's Birthday (in lieu)|||290730 300729
HM King Bhumibol Adulyadej Memorial Day (in lieu)|||291015 301014
Chakri Memorial Day (in lieu)|||300408 310407
Coronation Day (in lieu)|||300506 310505
""",
    "TJ": """
New Year's Day||Новый год|0101
Mother's Day||День Матери|0308
Eid al-Fitr||Ураза-байрам (приблизительная дата)|260320 270309 280226 290214 300204 310124 320114
International Nowruz Day||Международный праздник Навруз|0321 0323 0324 260322 270322 280322 290322 300322 310322
Victory Day||День Победы в Великой Отечественной войне|0509
Eid al-Adha||Курбан-байрам (приблизительная дата)|260527 270516 280505 290424 300413 310402
National Unity Day||День Национального единства|0627
Independence Day||День Государственной независимости Республики Таджикистан|0909
Constitution Day||День Конституции Республики Таджикистан|1106
Eid al-Adha; International Nowruz Day||Курбан-байрам (приблизительная дата); Международный праздник Навруз|320322
""",
    "TK": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Tokehega Day|||0903
Christmas Day|||1225
Boxing Day|||1226
""",
    "TL": """
New Year's Day|||0101
Veterans Day|||0303
Idul Fitri|||260320 270309 280226 290214 300204 310124 320114
Holy Friday|||260403 270326 280414 290330 300419 310411 320326
World Labour Day|||0501
Restoration of Independence Day|||0520
Idul Adha|||260527 270516 280505 290424 300413 310402 320322
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Popular Consultation Day|||0830
All Saints Day|||1101
All Souls Day|||1102
National Women's Day|||1103
National Youth Day|||1112
Proclamation of Independence Day|||1128
Memorial Day|||1207
Day of Our Lady of Immaculate Conception and Timor-Leste Patroness|||1208
Christmas Day|||1225
National Heroes Day|||1231
""",
    "TM": """
New Year's Day||Новый год|0101
International Women's Day||Международный женский день|0308
International Women's Day (observed)||Международный женский день (выходной)|260309
Eid al-Fitr||Ораза байрам (приблизительная дата)|260320 270309 280226 290214 300204 310124 320114
Spring Festival||Национальный праздник весны|0321 260322 270322 280322 290322 300322 310322
Spring Festival (observed)||Национальный праздник весны (выходной)|260323 270323 320323
Constitution and State Flag Day||День Конституции Туркменистана и Государственного флага Туркменистана|0518
Eid al-Adha||Курбан байрам (приблизительная дата)|260527 270516 280505 290424 300413 310402
Independence Day||День независимости|0927
Non-working day||Нерабочий день|260928
Independence Day (observed)||День независимости (выходной)|260929
Memorial Day||День поминовения|1006
International Neutrality Day||Международный день нейтралитета|1212
Eid al-Adha (observed, estimated)||Курбан байрам (выходной, приблизительная дата)|270517
International Neutrality Day (observed)||Международный день нейтралитета (выходной)|271213 321213
Memorial Day (observed)||День поминовения (выходной)|301007
Constitution and State Flag Day (observed)||День Конституции Туркменистана и Государственного флага Туркменистана (выходной)|310519
Eid al-Adha; Spring Festival||Курбан байрам (приблизительная дата); Национальный праздник весны|320322
""",
    "TN": """
New Year's Day|||0101
Revolution and Youth Day|||260114 270114 280114 290114 300114 310114
Eid al-Fitr; Independence Day|||260320
Eid al-Fitr Holiday|||260321 260322 270310 270311 280227 280228 290215 290216 300205 300206 310125 310126 320115 320116
Martyrs' Day|||0409
Labor Day|||0501
Day of Arafah|||260526 270515 280504 290423 300412 310401 320321
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Eid al-Adha Holiday|||260528 260529 270517 270518 280506 280507 290425 290426 300414 300415 310403 310404 320323 320324
Islamic New Year|||260616 270606 280525 290514 300503 310423 320411
Republic Day|||0725
Women's Day|||0813
Prophet's Birthday|||260825 270814 280803 290724 300713 310702 320620
Evacuation Day|||1015
Eid al-Fitr|||270309 280226 290214 300204 310124
Independence Day|||270320 280320 290320 300320 310320 320320
Eid al-Fitr; Revolution and Youth Day|||320114
""",
    "TO": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
ANZAC Day|||0425
Emancipation Day (observed)|||260608 270607 280605 300603 310602 320607
Birthday of the Reigning Sovereign of Tonga|||0704
Birthday of the Heir to the Crown of Tonga|||0917
Constitution Day (observed)|||261102 271108 281106 291105 311103 321108
Anniversary of the Coronation of HM King George Tupou I (observed)|||261207 271206 291203 301202 311208 321206
Christmas Day|||1225
Boxing Day|||1226
Birthday of the Reigning Sovereign of Tonga (observed)|||270705 320705
Birthday of the Heir to the Crown of Tonga (observed)|||280918
Anniversary of the Coronation of HM King George Tupou I|||281204
Emancipation Day|||290604
Constitution Day|||301104
""",
    "TR": """
New Year's Day|||0101
Eid al-Fitr|||260320 260321 260322 270309 270310 270311 280226 280227 280228 290214 290215 290216 300204 300205 300206 310124 310125 310126 320114 320115 320116
National Sovereignty and Children's Day|||0423
Labor and Solidarity Day|||0501
Commemoration of Atatürk, Youth and Sports Day|||260519 280519 290519 300519 310519 320519
Eid al-Adha|||260527 260528 260529 260530 270516 270517 270518 280505 280506 280507 280508 290424 290425 290426 290427 300413 300414 300415 300416 310402 310403 310404 310405 320322 320323 320324 320325
Democracy and National Unity Day|||0715
Victory Day|||0830
Republic Day|||1029
Commemoration of Atatürk, Youth and Sports Day; Eid al-Adha|||270519
""",
    "TT": """
New Year's Day|||0101
Eid-Ul-Fitr|||260320 270309 280226 290214 300204 310124 320114
Spiritual Baptist Liberation Day|||260330 270330 280330 300330 310330 320330
Good Friday|||260403 270326 280414 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Indian Arrival Day|||0530
Corpus Christi|||260604 270527 280615 290531 300620 310612 320527
Labour Day|||0619
African Emancipation Day|||0801
Independence Day|||0831
Republic Day|||0924
Divali|||261108 271028 281115 291105 301026 311114 321102
Divali (observed)|||261109
Christmas Day|||1225
Boxing Day|||1226
Indian Arrival Day (observed)|||270531 320531
African Emancipation Day (observed)|||270802 320802
Boxing Day (observed)|||271227 321227
Republic Day (observed)|||280925
Good Friday; Spiritual Baptist Liberation Day|||290330
Good Friday (observed); Spiritual Baptist Liberation Day (observed)|||290403
Spiritual Baptist Liberation Day (observed)|||310331
Independence Day (observed)|||310901
""",
    "TV": """
New Year's Day|||0101
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Gospel Day|||260511 270510 280515 290514 300513 310512 320510
King's Birthday|||260613 270612 280610 290609 300608 310614 320612
National Youth Day|||260803 270802 280807 290806 300805 310804 320802
Tuvalu Day|||1001 1002
National Children's Day|||261012 271011 281009 291015 301014 311013 321011
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Tuvalu Day (observed)|||271004 281003 321004
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "TW": """
Founding Day of the Republic of China|||0101
Chinese New Year's Eve|||260215 260216 270204 270205 280124 280125 290211 290212 300201 300202 310121 310122 320209 320210
Chinese New Year|||260217 260218 260219 270206 270207 270208 280126 280127 280128 290213 290214 290215 300203 300204 300205 310123 310124 310125 320211 320212 320213
Chinese New Year's Eve (observed)|||260220 290216 300206
Peace Memorial Day (observed)|||260227 270301 320227
Peace Memorial Day|||0228
Children's Day (observed)|||260403 270406 280403 290403 320402
Children's Day|||260404 270404 300404 310404
Tomb-Sweeping Day|||260405 270405 300405 310405
Tomb-Sweeping Day (observed)|||260406 310403 320405
Labor Day|||0501
Dragon Boat Festival|||260619 270609 280528 290616 300605 310624 320612
Mid-Autumn Festival|||260925 270915 281003 290922 300912 311001 320919
Confucius' Birthday|||0928
National Day (observed)|||261009 271011 321011
National Day|||1010
Taiwan Restoration and Guningtou Victory Memorial Day|||1025
Taiwan Restoration and Guningtou Victory Memorial Day (observed)|||261026 311024
Constitution Day|||1225
Chinese New Year (observed)|||270209 270210 300207 310127
Labor Day (observed)|||270430 320430
Constitution Day (observed)|||271224 321224
Founding Day of the Republic of China (observed)|||271231 321231
Children's Day; Tomb-Sweeping Day|||280404 290404 320404
Dragon Boat Festival (observed)|||280529 290615 320611
Mid-Autumn Festival (observed)|||290921 320920
Confucius' Birthday (observed)|||300927 310929
""",
    "TZ": """
New Year's Day|||0101
Zanzibar Revolution Day|||0112
Eid al-Fitr|||260321 260322 270310 270311 280227 280228 290215 290216 300205 300206 310125 310126 320115 320116
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
The Sheikh Abeid Amani Karume Day|||0407
Union Celebrations|||0426
International Workers' Day|||0501
Eid al-Adha|||260528 270517 280506 290425 300414 310403 320323
International Trade Fair|||0707
Peasants' Day|||0808
Prophet's Birthday|||260826 270815 280804 290725 300714 310703 320621
The Mwalimu Nyerere Day and Climax of the Uhuru Torch Race|||1014
Independence and Republic Day|||1209
Christmas Day|||1225
Boxing Day|||1226
""",
    "UA": """

""",
    "UG": """
New Year's Day|||0101
General Elections|||260115 260116
NRM Liberation Day|||0126
Archbishop Janani Luwum Day|||0216
Women's Day|||0308
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Uganda Martyrs' Day|||0603
National Heroes' Day|||0609
Independence Day|||1009
Christmas Day|||1225
Boxing Day|||1226
""",
    "UM": """
New Year's Day|||0101
Martin Luther King Jr. Day|||260119 270118 280117 290115 300121 310120 320119
Washington's Birthday|||260216 270215 280221 290219 300218 310217 320216
Memorial Day|||260525 270531 280529 290528 300527 310526 320531
Juneteenth National Independence Day|||0619
Independence Day (observed)|||260703 270705 320705
Independence Day|||0704
Labor Day|||260907 270906 280904 290903 300902 310901 320906
Veterans Day|||1111
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Christmas Day|||1225
Juneteenth National Independence Day (observed)|||270618 320618
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Veterans Day (observed)|||281110 291112
""",
    "US": """
New Year's Day|||0101
Martin Luther King Jr. Day|||260119 270118 280117 290115 300121 310120 320119
Washington's Birthday|||260216 270215 280221 290219 300218 310217 320216
Memorial Day|||260525 270531 280529 290528 300527 310526 320531
Juneteenth National Independence Day|||0619
Independence Day (observed)|||260703 270705 320705
Independence Day|||0704
Labor Day|||260907 270906 280904 290903 300902 310901 320906
Columbus Day|||261012 271011 281009 291008 301014 311013 321011
Veterans Day|||1111
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Christmas Day|||1225
Juneteenth National Independence Day (observed)|||270618 320618
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Veterans Day (observed)|||281110 291112
""",
    "UY": """
New Year's Day|||0101
Workers' Day|||0501
Constitution Day|||0718
Independence Declaration Day|||0825
Family Day|||1225
""",
    "UZ": """
New Year's Day|||0101
Additional day off by Presidential decree|||260102 260528 260529 260831
Women's Day|||0308
Women's Day (observed)|||260309 310310
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Nowruz|||0321
Nowruz (observed)|||260323 270322 320323
Day of Memory and Honor|||0509
Day of Memory and Honor (observed)|||260511 270510 320510
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Independence Day|||0901
Teachers and Instructors Day|||1001
Constitution Day|||1208
Day off (substituted from 12/12/2026)|||261231
Eid al-Adha (observed, estimated)|||270517 300415
New Year's Day (observed)|||280103
Eid al-Fitr (observed, estimated)|||280228
Teachers and Instructors Day (observed)|||281002
Independence Day (observed)|||290903 300902
Constitution Day (observed)|||291210 301209
""",
    "VA": """
Solemnity of Mary, Mother of God|||0101
Epiphany|||0106
Anniversary of the Foundation of Vatican City|||0211
Saint Joseph's Day|||0319
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Easter Tuesday|||260407 270330 280418 290403 300423 310415 320330
Saint Joseph the Worker's Day|||0501
Anniversary of the Election of the Holy Father|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Solemnity of Pentecost|||260524 270516 280604 290520 300609 310601 320516
Solemnity of Holy Trinity|||260531 270523 280611 290527 300616 310608 320523
Corpus Domini|||260604 270527 280615 290531 300620 310612 320527
Saints Peter and Paul's Day|||0629
Day Before Assumption of Mary|||0814
Assumption of Mary Day|||0815
Day After Assumption of Mary|||0816
Name Day of the Holy Father|||0917
All Saints' Day|||1101
All Souls' Day|||1102
Immaculate Conception|||1208
Christmas Eve|||1224
Christmas Day|||1225
Saint Stephen's Day|||1226
Saint John the Evangelist's Day|||1227
Last Day of the Year|||1231
""",
    "VC": """
New Year's Day|||0101
National Heroes' Day|||0314
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
National Workers' Day|||0501
National Spiritual Baptist Day|||260521 270521 280521 300521 310521 320521
Pentecost Monday|||260525 270517 280605 300610 310602 320517
Carnival Monday|||260706 270705 280703 290702 300701 310707 320705
Carnival Tuesday|||260707 270706 280704 290703 300702 310708 320706
Emancipation Day|||0801
Independence Day|||1027
Christmas Day|||1225
Boxing Day|||1226
National Heroes' Day (observed)|||270315 320315
Emancipation Day (observed)|||270802 320802
Boxing Day (observed)|||271227 321227
National Spiritual Baptist Day; Pentecost Monday|||290521
Independence Day (observed)|||301028
""",
    "VE": """
New Year's Day|||0101
Carnival Monday|||260216 270208 280228 290212 300304 310224 320209
Carnival Tuesday|||260217 270209 280229 290213 300305 310225 320210
Maundy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 310411 320326
Declaration of Independence|||260419 270419 280419 290419 310419 320419
International Worker's Day|||0501
Family Day|||0515
Battle of Carabobo|||0624
Independence Day|||0705
Birthday of Simon Bolivar|||0724
Day of Indigenous Resistance|||1012
Christmas Eve|||1224
Christmas Day|||1225
New Year's Eve|||1231
Declaration of Independence; Good Friday|||300419
""",
    "VG": """
New Year's Day|||0101
Lavity Stoutt's Birthday|||260302 270301 280306 290305 300304 310303 320301
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Sovereign's Birthday|||260612 270611 280609 290608 300614 310613 320611
Virgin Islands Day|||260706 270705 280703 290702 300701 310707 320705
Emancipation Monday|||260803 270802 280807 290806 300805 310804 320802
Emancipation Tuesday|||260804 270803 280808 290807 300806 310805 320803
Emancipation Wednesday|||260805 270804 280809 290808 300807 310806 320804
Heroes and Foreparents Day|||261019 271018 281016 291015 301021 311020 321018
The Great March of 1949 and Restoration Day|||261123 271122 281127 291126 301125 311124 321122
Christmas Day|||1225
Boxing Day|||1226
Boxing Day (observed)|||261228 271228 321228
Christmas Day (observed)|||271227 321227
New Year's Day (observed)|||280103
""",
    "VI": """
New Year's Day|||0101
Three Kings Day|||0106
Martin Luther King Jr. Day|||260119 270118 280117 290115 300121 310120 320119
Presidents' Day|||260216 270215 280221 290219 300218 310217 320216
Transfer Day|||0331
Holy Thursday|||260402 270325 280413 290329 300418 310410 320325
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Memorial Day|||260525 270531 280529 290528 300527 310526 320531
Juneteenth National Independence Day|||0619
Emancipation Day; Independence Day (observed)|||260703
Independence Day|||0704
Labor Day|||260907 270906 280904 290903 300902 310901 320906
Columbus Day and Puerto Rico Friendship Day|||261012 271011 281009 291008 301014 311013 321011
Liberty Day|||1101
Veterans Day|||1111
Thanksgiving Day|||261126 271125 281123 291122 301128 311127 321125
Christmas Day|||1225
Christmas Second Day|||1226
Juneteenth National Independence Day (observed)|||270618 320618
Emancipation Day|||270703 280703 290703 300703 310703 320703
Independence Day (observed)|||270705 320705
Christmas Day (observed)|||271224 321224
New Year's Day (observed)|||271231 321231
Veterans Day (observed)|||281110 291112
""",
    "VN": """
New Year's Day|||0101
Lunar New Year's Eve|||260216 270205 280125 290212 300201 310122 320210
Lunar New Year|||260217 270206 280126 290213 300202 310123 320211
Second Day of Lunar New Year|||260218 270207 280127 290214 300203 310124 320212
Third Day of Lunar New Year|||260219 270208 280128 290215 300204 310125 320213
Fourth Day of Lunar New Year|||260220 270209 280129 290216 300205 310126 320214
Hung Kings' Commemoration Day|||260426 270416 280404 290423 300412 310401 320419
Hung Kings' Commemoration Day (observed)|||260427
Liberation Day/Reunification Day|||0430
International Labor Day|||0501
Day off (substituted from 08/22/2026)|||260831
National Day|||0902 260901 270903 280901 290903 300903 310901 320903
Vietnam Cultural Day|||1124
29 of Lunar New Year|||270204 280124 300131 310121 320209
Fifth Day of Lunar New Year|||270210 300206 310127
International Labor Day (observed)|||270503 320503
New Year's Day (observed)|||280103
Liberation Day/Reunification Day (observed)|||280502
National Day (observed)|||280904 290904
Vietnam Cultural Day (observed)|||291126 301125
""",
    "VU": """
New Year's Day|||0101
Father Lini Day|||0221
Custom Chief's Day|||0305
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Labour Day|||0501
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Children's Day|||0724
Independence Day|||0730
Assumption Day|||0815
Constitution Day|||1005
Unity Day|||1129
Unity Day (observed)|||261130
Christmas Day|||1225
Family Day|||1226
Father Lini Day (observed)|||270222
Assumption Day (observed)|||270816 320816
Family Day (observed)|||271227 321227
Custom Chief's Day (observed)|||280306
Independence Day (observed)|||280731
Constitution Day (observed)|||311006
""",
    "WF": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Feast of Saint Peter Chanel|||0428
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
Saints Peter and Paul Day|||0629
National Day|||0714
Territory Day|||0729
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "WS": """
New Year's Day|||0101
The Day After New Year's Day|||0102
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Day After Good Friday|||260404 270327 280415 290331 300420 310412 320327
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Mother's Day|||260511 270510 280515 290514 300513 310512 320510
Independence Day|||0601
Father's Day|||260810 270809 280814 290813 300812 310811 320809
White Sunday (Lotu a Tamaiti)|||261012 271011 281009 291015 301014 311013 321011
Christmas Day|||1225
Boxing Day|||1226
""",
    "XK": """
New Year's Day|||0101 0102
Orthodox Christmas Day|||0107
Independence Day|||0217
Eid al-Fitr|||260320 270309 280226 290214 300204 310124 320114
Catholic Easter|||260405 270328 290401 300421 320328
Catholic Easter (observed)|||260406 270329 290402 300422 320329
Constitution Day|||0409
Orthodox Easter|||260412 270502 290408 300428 320502
Orthodox Easter (observed)|||260413 270504 290410 300429 320504
International Labor Day|||0501
Europe Day|||0509
Europe Day (observed)|||260511 270510 320510
Eid al-Adha|||260527 270516 280505 290424 300413 310402 320322
Catholic Christmas Day|||1225
New Year's Day (observed)|||270104 280103 280104
International Labor Day (observed)|||270503 320503
Eid al-Adha (observed, estimated)|||270517 300415
Catholic Christmas Day (observed)|||271227 321227
Eid al-Fitr (observed, estimated)|||280228
Constitution Day (observed)|||280410
Catholic Easter; Orthodox Easter|||280416 310413
Catholic Easter (observed); Orthodox Easter (observed)|||280417 310414
Orthodox Christmas Day (observed)|||290108
Independence Day (observed)|||290219 300218
""",
    "YE": """
Eid al-Fitr|||260318 260319 260320 260321 260322 270308 270309 270310 270311 280225 280226 280227 280228 290213 290214 290215 290216 300202 300203 300204 300205 300206 310123 310124 310125 310126 320112 320113 320114 320115 320116
Eid al-Fitr (observed, estimated)|||260323 280229 290218 310127 320118
Labor Day|||0501
Labor Day (observed)|||260503
Unity Day|||0522
Unity Day (observed)|||260524
Eid al-Adha|||260526 260527 260528 260529 260530 270515 270516 270517 270518 270519 280504 280505 280506 280507 280508 290423 290424 290425 290426 290427 300412 300413 300414 300415 300416 310401 310402 310403 310404 310405 320321 320322 320323 320324 320325
Eid al-Adha (observed, estimated)|||260531 280509 290429 300417 310406
Islamic New Year Day|||260616 270606 280525 290514 300503 310423 320411
Revolution Day|||0926
Liberation Day|||1014
Evacuation Day|||1130
Evacuation Day (observed)|||291202
Islamic New Year Day (observed, estimated)|||300505
Revolution Day (observed)|||310928
""",
    "YT": """
New Year's Day|||0101
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Abolition of Slavery|||0427
Labor Day|||0501
Victory Day|||0508
Ascension Day|||260514 270506 280525 290510 300530 310522 320506
Pentecost Monday|||260525 270517 280605 290521 300610 310602 320517
National Day|||0714
Assumption Day|||0815
All Saints' Day|||1101
Armistice Day|||1111
Christmas Day|||1225
""",
    "ZA": """
New Year's Day|||0101
Human Rights Day|||0321
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Family Day|||260406 270329 280417 290402 300422 310414 320329
Freedom Day|||0427
Workers' Day|||0501
Youth Day|||0616
National Women's Day|||0809
National Women's Day (observed)|||260810
Heritage Day|||0924
Local Government Elections|||261104
Day of Reconciliation|||1216
Christmas Day|||1225
Day of Goodwill|||1226
Human Rights Day (observed)|||270322 320322
Day of Goodwill (observed)|||271227 321227
Heritage Day (observed)|||280925
Day of Reconciliation (observed)|||291217
Youth Day (observed)|||300617
Freedom Day (observed)|||310428
""",
    "ZM": """
New Year's Day|||0101
International Women's Day|||0308
International Women's Day (observed)|||260309
Youth Day|||0312
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Holy Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Kenneth Kaunda Day|||0428
Labour Day|||0501
Africa Freedom Day|||0525
Heroes' Day|||260706 270705 280703 290702 300701 310707 320705
Unity Day|||260707 270706 280704 290703 300702 310708 320706
Farmers' Day|||260803 270802 280807 290806 300805 310804 320802
General Election Day|||260813 310814
Independence Day|||1024
Christmas Day|||1225
National Day of Prayer and Christian Heritage|||1229
Independence Day (observed)|||271025 321025
Youth Day (observed)|||280313
Kenneth Kaunda Day (observed)|||300429
National Day of Prayer and Christian Heritage (observed)|||301230
Africa Freedom Day (observed)|||310526
""",
    "ZW": """
New Year's Day|||0101
Robert Gabriel Mugabe National Youth Day|||0221
Good Friday|||260403 270326 280414 290330 300419 310411 320326
Easter Saturday|||260404 270327 280415 290331 300420 310412 320327
Easter Sunday|||260405 270328 280416 290401 300421 310413 320328
Easter Monday|||260406 270329 280417 290402 300422 310414 320329
Independence Day|||0418
Workers' Day|||0501
Africa Day|||0525
Zimbabwe Heroes' Day|||260810 270809 280814 290813 300812 310811 320809
Defense Forces Day|||260811 270810 280815 290814 300813 310812 320810
Munhumutapa Day|||0915
Unity Day|||1222
Christmas Day|||1225
Boxing Day|||1226
Robert Gabriel Mugabe National Youth Day (observed)|||270222
Independence Day (observed)|||270419 320419
Boxing Day (observed)|||271227 321227
Munhumutapa Day (observed)|||300916
Unity Day (observed)|||301223
Africa Day (observed)|||310526
""",
}
