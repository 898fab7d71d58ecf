// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/save/save.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

/// What to write and where: the upper half of the save dialog.
class SaveFields final : public QWidget
{
    Q_OBJECT

public:
    explicit SaveFields(QWidget *parent);
    void setPath(const QString &path);
    /// The open file: writing over it is asked for in its own words.
    void setSource(const QString &path);
    SaveOptions options() const;
    /// Whether there is a file at the path that the user has not agreed to replace.
    bool needsConsent() const;

Q_SIGNALS:
    void changed();

private:
    void browse();
    void pathEdited();
    void formatChosen();
    void refresh();
    bool isTorch() const;
    bool isSource() const;

    QString m_source;
    QLineEdit *m_path;
    QComboBox *m_format;
    QLabel *m_rootLabel;
    QLineEdit *m_rootKey;
    QCheckBox *m_keepObjects;
    QLabel *m_metadataLabel;
    QLineEdit *m_metadata;
    QCheckBox *m_certificate;
    QCheckBox *m_replace;
};
