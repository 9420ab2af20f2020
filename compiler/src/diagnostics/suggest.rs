//! "Did you mean": the nearest of the names that would have been right.

/// The name nearest to `wanted`, if one is near enough to be worth saying and no other is as near.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match wanted.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        length => length / 3,
    };
    let mut best: Option<(usize, &str)> = None;
    let mut tied = false;
    for name in names {
        let distance = distance(&wanted.to_lowercase(), &name.to_lowercase());
        match best {
            Some((least, known)) if distance == least => tied |= known != name,
            Some((least, _)) if distance > least => {}
            _ => {
                best = Some((distance, name));
                tied = false;
            }
        }
    }
    best.filter(|(distance, _)| *distance <= limit && !tied).map(|(_, name)| name)
}

/// Edit distance in which a swap of neighbours costs one (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = change.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_one_near_name() {
        assert_eq!(nearest("critcal", ["critical", "high"]), Some("critical"));
        assert_eq!(nearest("hgih", ["critical", "high"]), Some("high"));
        assert_eq!(nearest("nothing_like_it", ["critical", "high"]), None);
        assert_eq!(nearest("ab", ["aa", "bb"]), None);
    }
}
